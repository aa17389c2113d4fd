"""The example shop against a mock elsewhere; what it sends and receives is kept on PostgreSQL (see compose.yaml)."""

import os

import sqlalchemy as sa
import uvicorn

from examples.shop._app import create_app
from palomma import Palomma
from palomma.journal import Journal
from palomma.webhooks import Webhook


def main() -> None:
    """Serve until stopped."""
    url, mock = os.environ["DATABASE_URL"], os.environ["PALOMMA_BASE_URL"]
    # A journal's rows are of an environment, whatever its address is today.
    with Palomma(environment="sandbox", base_url=mock, journal=Journal(url)) as client:
        webhook = Webhook(os.environ["PALOMMA_INTEGRITY_KEY"])
        app = create_app(client, webhook, sa.create_engine(url), os.environ["SHOP_ORIGIN"])
        uvicorn.run(app, host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "8000")))


if __name__ == "__main__":
    main()
