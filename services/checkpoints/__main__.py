from services.checkpoints.app import create_app
from shared.serving import main

main("checkpoints", create_app)
