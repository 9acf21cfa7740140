from services.notifications.app import create_app
from shared.serving import main

main("notifications", create_app)
