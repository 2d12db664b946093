"""What runs in an exported folder, of which it is a copy: no module here, nor any that it imports, needs torch."""
