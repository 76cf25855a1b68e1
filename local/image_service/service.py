"""The state of the service: its bill, its fault script, its limits and its drawing threads. Knows nothing of HTTP."""

from dataclasses import dataclass

from local.image_service.billing_ledger import BillingLedger
from local.image_service.config import ServiceConfig
from local.image_service.drawing_pool import DrawingPool
from local.image_service.fault_rules import FaultScript
from local.image_service.moderation import Moderator
from local.image_service.rate_limit import ImagesPerMinute
from local.image_service.text_bill import TextBill


@dataclass
class Traffic:
    """Counts of requests to the provider's own paths."""

    in_flight: int = 0
    most_in_flight: int = 0
    served: int = 0

    def enter(self) -> None:
        """Count a request that came in."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def leave(self) -> None:
        """Count a request that was answered, or whose client disconnected."""
        self.in_flight -= 1
        self.served += 1


class ImageService:
    """One running provider, with the state that its endpoints share."""

    def __init__(self, config: ServiceConfig) -> None:
        """Open the billing ledger; no thread starts before the first picture."""
        self.config = config
        self.ledger = BillingLedger(config.ledger_path)
        self.text_bill = TextBill()
        self.faults = FaultScript()
        self.limiter = ImagesPerMinute(config.images_per_minute, config.clock)
        self.moderator = Moderator(config.refused_words)
        self.traffic = Traffic()
        self.drawing_pool = DrawingPool(threads=config.drawing_threads, prerendered=config.prerendered)

    def close(self) -> None:
        """End the drawing threads, after the pictures that they are drawing."""
        self.drawing_pool.close()
