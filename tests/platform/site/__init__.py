"""An emulated platform for tests: stateful, on a random port, as the platform is known to behave, holes included."""
