"""The least that calls many subscribers: one aiohttp session, a signature each, all at once.

    python -m bench.peers.bare_webhooks PORT COUNT BYTES

It prints when it began (`time.monotonic`), its CPU seconds from then on and its peak memory in MB.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import resource
import sys
import time

import aiohttp
import uvloop

_SECRET = bytes(32)


async def main(port: int, count: int, body: bytes) -> None:
    async with aiohttp.ClientSession() as session:
        began, cpu = time.monotonic(), time.process_time()
        await asyncio.gather(*(_call(session, f"http://127.0.0.1:{port}/{number}", body) for number in range(count)))
        used = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"began": began, "cpu": used, "MB": peak}))


async def _call(session: aiohttp.ClientSession, url: str, body: bytes) -> None:
    message_id, at = url.rpartition("/")[2], str(int(time.time()))
    mac = hmac.new(_SECRET, b".".join((message_id.encode(), at.encode(), body)), hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
    async with session.post(url, data=body, headers=headers) as answer:
        answer.raise_for_status()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), b"x" * int(sys.argv[3])))
