// A model's example as a file: `/models` tells it in numbers, a page shows and sends it as a sound or a picture.

/** `example.wav` or `example.png`. */
export async function sampleFile(model) {
  return model.input === "sound" ? wave(model.example) : picture(model.example);
}

/** 16 bits, one channel. */
function wave({ samples, rate }) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const ascii = (at, text) => [...text].forEach((letter, index) => bytes.setUint8(at + index, letter.charCodeAt(0)));
  ascii(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  ascii(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, 2 * rate, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  ascii(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => bytes.setInt16(44 + 2 * index, Math.round(32767 * sample), true));
  return new File([bytes.buffer], "example.wav", { type: "audio/wav" });
}

/** Fractions of full scale, one or three of each pixel. */
async function picture(rows) {
  const canvas = new OffscreenCanvas(rows[0].length, rows.length);
  const drawn = canvas.getContext("2d");
  const pixels = drawn.createImageData(canvas.width, canvas.height);
  rows.flat().forEach((pixel, index) => {
    const [red, green = red, blue = red] = [pixel].flat();
    pixels.data.set([red, green, blue].map((part) => Math.round(255 * part)), 4 * index);
    pixels.data[4 * index + 3] = 255;
  });
  drawn.putImageData(pixels, 0, 0);
  return new File([await canvas.convertToBlob({ type: "image/png" })], "example.png", { type: "image/png" });
}
