from services.intake.app import create_app
from shared.serving import main

main("intake", create_app)
