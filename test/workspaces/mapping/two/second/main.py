from opentelemetry import trace

tracer = trace.get_tracer("second")


def work():
    with tracer.start_as_current_span("second work"):
        pass
