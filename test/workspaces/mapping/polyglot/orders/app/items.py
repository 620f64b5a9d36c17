from fastapi import APIRouter
from opentelemetry import trace

router = APIRouter(prefix="/items")
tracer = trace.get_tracer(__name__)


@router.get("/{item_id}")
def read_item(item_id: int):
    with tracer.start_as_current_span("load item"):
        return find(item_id)


def find(item_id):
    raise KeyError(item_id)
