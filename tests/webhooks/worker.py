"""A worker of its own process: `python -m tests.webhooks.worker DATABASE ENDPOINT NETWORK…`."""

import sys


def main(database: str, endpoint: str, *networks: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.WEBHOOK_PRIVATE_NETWORKS = list(networks)
    django.setup()
    from workspaces.webhooks.tasks import deliver_to

    deliver_to.run(int(endpoint))


if __name__ == "__main__":
    main(*sys.argv[1:])
