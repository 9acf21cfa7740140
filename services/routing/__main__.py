from services.routing.app import create_app
from shared.serving import main

main("routing", create_app)
