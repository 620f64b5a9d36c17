from opentelemetry import trace

tracer = trace.get_tracer("first")


def work():
    with tracer.start_as_current_span("first work"):
        pass
