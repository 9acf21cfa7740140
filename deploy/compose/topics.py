"""Creates the topics of a province that are missing. Services would do the same; here it happens once, in sight.

python -m deploy.compose.topics BOOTSTRAP PROFILE
"""

import asyncio
import os
import sys
from pathlib import Path

from shared.profile import load_profile
from shared.topic_creation import create_topics
from shared.topics import topics_to_create


async def main(bootstrap: str, profile: Path) -> None:
    """Create them, with as many replicas as HAIVAN_TOPIC_REPLICATION says (1)."""
    topics = topics_to_create([agency.id for agency in load_profile(profile).agencies])
    made = await create_topics(bootstrap, topics, int(os.environ.get("HAIVAN_TOPIC_REPLICATION", "1")))
    print(f"{len(made)} topics made, {len(topics) - len(made)} were there.")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
