"""The least that accepts a report durably: a Starlette endpoint that writes one document of our size.

python -m bench.peers.bare_accept MONGO_URL DATABASE BYTES PORT
"""

import json
import sys
from typing import Any

import uvicorn
from pymongo import AsyncMongoClient
from pymongo.write_concern import WriteConcern
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def application(mongo_url: str, database: str, size: int) -> Starlette:
    """It answers once the majority has the document in its journal."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo_url)
    reports = client[database].get_collection("reports", write_concern=WriteConcern("majority", j=True))

    async def accept(request: Request) -> JSONResponse:
        raw = await request.body()
        document = json.loads(raw)
        document["_id"] = request.headers["idempotency-key"]
        document["filling"] = "x" * max(0, size - len(raw))
        await reports.insert_one(document)
        return JSONResponse({"report_id": document["_id"]}, status_code=201)

    return Starlette(routes=[Route("/api/v1/reports", accept, methods=["POST"])])


if __name__ == "__main__":
    url, name, document_bytes, port = sys.argv[1:]
    uvicorn.run(application(url, name, int(document_bytes)), port=int(port), log_level="warning", access_log=False)
