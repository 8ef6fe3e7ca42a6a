"""`/v1/audit`: who did what."""

from __future__ import annotations

from typing import Final

from api.desk.audit_list import AUDIT
from api.http.route_declarations import ADMIN, Resource

audit: Final = Resource("audit", "Who did what")

audit.list_of("/v1/audit", AUDIT, "What was done, the latest first", roles=ADMIN)
