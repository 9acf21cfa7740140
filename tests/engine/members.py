"""Run inside of the network, by the tools' image: how many members each consumer group has, as JSON."""

import asyncio
import json
import os
import sys

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3

# The library reads the answer as one of the version before, and fails.
DescribeGroupsRequest_v3.RESPONSE_TYPE = DescribeGroupsResponse_v3


async def main() -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    try:
        names = [group[0] for group in await admin.list_consumer_groups()]
        answers = await admin.describe_consumer_groups(names)
    finally:
        await admin.close()
    groups = [group for answer in answers for group in answer.to_object()["groups"]]
    hosts = {group["group"]: [member["client_host"] for member in group["members"]] for group in groups}
    sys.stdout.write(json.dumps(hosts))


if __name__ == "__main__":
    asyncio.run(main())
