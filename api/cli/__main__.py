"""`python -m api.cli`: the program `centwright` from a checkout."""

from api.cli.main import main

if __name__ == "__main__":
    main()
