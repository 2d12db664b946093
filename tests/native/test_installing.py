"""Installing with and without a compiler; one OpenMP runtime; what `python -m regard.native` says."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from pathlib import Path

import pytest

import regard
from regard.native import why_not

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

NATIVE = pytest.mark.skipif(why_not() is not None, reason=f"no native core here: {why_not()}")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments, from the root, with this added to the environment."""
    everything = os.environ | environment
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, env=everything)


@pytest.fixture
def build_tools() -> None:
    pytest.importorskip("scikit_build_core", reason="builds without an environment of its own: pip install '.[dev]'")
    pytest.importorskip("cmake", reason="pip install '.[dev]'")


def without_compiler(target: Path, required: str = "") -> subprocess.CompletedProcess[str]:
    """Installs into a folder where no compiler can be found."""
    plainly = ("--no-index", "--no-deps", "--no-build-isolation", "--no-compile")
    install = ("-m", "pip", "install", *plainly, "--target", str(target), ".")
    scripts = sysconfig.get_path("scripts")
    return run(*install, CXX="/nonexistent", CC="/nonexistent", PATH=scripts, REGARD_REQUIRE_NATIVE=required)


@pytest.mark.slow
@pytest.mark.usefixtures("build_tools")
def test_without_a_compiler_it_installs_and_attends_in_pure_python(tmp_path: Path) -> None:
    done = without_compiler(tmp_path)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("*.so")), "the wheel must not carry what an editable install left in src"
    program = "import regard, torch, sys; q = torch.ones(2, 3, 4); print(regard.__file__, regard.attend(q, q, q).sum())"
    used = run("-c", program, PYTHONPATH=str(tmp_path))
    assert used.returncode == 0, used.stderr
    assert used.stdout.split()[0].startswith(str(tmp_path)) and "24." in used.stdout
    told = run("-m", "regard.native", PYTHONPATH=str(tmp_path))
    assert told.returncode == 1
    assert "not built" in told.stdout and "REGARD_REQUIRE_NATIVE=1 pip install ." in told.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("build_tools")
def test_without_a_compiler_it_fails_loudly_where_the_core_is_required(tmp_path: Path) -> None:
    done = without_compiler(tmp_path, required="1")
    assert done.returncode != 0
    assert "Could not find the compiler" in done.stdout + done.stderr
    assert not (tmp_path / "regard").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("build_tools")
def test_sources_and_wheel_hold_what_they_should(tmp_path: Path) -> None:
    program = f"import scikit_build_core.build as build; print(build.build_sdist({str(tmp_path)!r}))"
    assert (done := run("-c", program)).returncode == 0, done.stderr
    (packed,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(packed) as sources:
        names = {name.partition("/")[2] for name in sources.getnames()}
    wanted = ("src/native/CMakeLists.txt", "src/native/kernels.cpp", "LICENSE", "README.md", "constraints.txt")
    assert names >= {*wanted, "src/regard/py.typed", "tests/native/test_installing.py"}
    assert not [name for name in names if name.endswith(".so") or "CMakeCache" in name or name.startswith("build/")]
    assert (done := without_compiler(tmp_path / "site")).returncode == 0, done.stderr
    installed = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*")}
    modules = {name.removeprefix("src/") for name in names if name.startswith("src/regard/")}
    assert modules <= installed
    assert f"regard-{regard.__version__}.dist-info/licenses/LICENSE" in installed


def test_build_tools_are_pinned_as_the_constraints_say() -> None:
    pins = set((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    settings = PROJECT["tool"]["scikit-build"]
    built_with = {
        *PROJECT["build-system"]["requires"],
        f"cmake{settings['cmake']['version']}",
        f"ninja{settings['ninja']['version']}",
    }
    assert {name.split("==")[0] for name in built_with} >= {"scikit-build-core", "cmake", "ninja"}
    assert built_with <= pins


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == regard.__version__


@NATIVE
def test_it_tells_what_was_built_and_how_fast_it_is() -> None:
    done = run("-m", "regard.native")
    assert done.returncode == 0, done.stderr
    for told in ("compiler", "baseline", "in use", "billion operations a second", "× as fast", "% of peak"):
        assert told in done.stdout


RUNTIMES = """
import torch, regard
from pathlib import Path
from regard.native import library
torch.set_num_threads(2)
library()
query = torch.ones(1, 8, 256, 64)
regard.attend(query, query, query, kernel="native")
mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()}
print(torch.get_num_threads(), *sorted(path for path in mapped if "gomp" in path or "iomp" in path or "libomp" in path))
"""


@NATIVE
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_there_is_one_openmp_runtime_and_it_is_torchs() -> None:
    done = run("-c", RUNTIMES)
    assert done.returncode == 0, done.stderr
    threads, *runtimes = done.stdout.split()
    assert threads == "2"
    assert len(runtimes) == 1 and "/torch/lib/" in runtimes[0]


THREADS = """
import torch, regard
from pathlib import Path
query = torch.ones(1, 8, 512, 64)
for threads in (1, 2, 3):
    torch.set_num_threads(threads)
    regard.attend(query, query, query, kernel="native")
    print(len(list(Path("/proc/self/task").iterdir())))
"""


@NATIVE
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_it_runs_on_as_many_threads_as_torch() -> None:
    done = run("-c", THREADS)
    assert done.returncode == 0, done.stderr
    one, two, three = map(int, done.stdout.split())
    assert (two, three) == (one + 1, one + 2)
