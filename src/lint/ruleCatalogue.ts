import type { RuleDescription } from './rule';

/** Every rule by its number: certain losses warn, degraded traces inform, and what is often meant so is off. */
export const RULES: readonly RuleDescription[] = [
  warning(1, 'GO-PROP-UNSET', 'A tracer provider is installed, but no propagator: all context is dropped'),
  warning(2, 'GO-HTTP-PLAIN-CLIENT', 'An HTTP client whose transport sends no trace context'),
  warning(3, 'GO-HTTP-REQ-NO-CTX', 'A request made without the context that is at hand'),
  warning(4, 'GO-CTX-BACKGROUND', 'A new background context where a traced one is at hand'),
  warning(5, 'GO-RPC-NO-HANDLER', 'A gRPC or Connect client without the handler that sends the context'),
  warning(6, 'GO-KAFKA-PRODUCE-NO-INJECT', 'A Kafka message sent without the trace context'),
  warning(7, 'GO-KAFKA-CONSUME-DROP', 'Kafka messages whose trace context is not read'),
  warning(8, 'JS-SDK-NO-INSTRUMENTATIONS', 'A Node SDK started without the instrumentations its clients need'),
  warning(9, 'JS-FETCH-NO-UNDICI', 'fetch or undici in a process without undici instrumentation'),
  warning(10, 'JS-UNCOVERED-LIB', 'A client library that no instrumentation covers'),
  hint(11, 'JS-INIT-ORDER', 'Tracing set up after the libraries it should patch'),
  warning(12, 'JS-NO-CONTEXT-MANAGER', 'Active spans without a context manager'),
  warning(13, 'JS-PROPAGATE-URLS', 'Calls to the own API whose address is on no list of those that get the context'),
  warning(14, 'JS-KAFKAJS-NO-INSTR', 'kafkajs in a process without its instrumentation'),
  warning(15, 'JS-KAFKA-CONSUME-DROP', 'Kafka messages whose trace context is not read'),
  warning(16, 'PY-UNCOVERED-HTTP', 'An HTTP client library that no instrumentor covers'),
  warning(17, 'PY-THREAD-CTX-LOSS', 'Traced work handed to a thread without its context'),
  warning(18, 'PY-KAFKA-PRODUCE-NO-INJECT', 'A Kafka message sent without the trace context'),
  warning(19, 'PY-KAFKA-CONSUME-DROP', 'Kafka messages whose spans begin new traces'),
  warning(20, 'PY-KAFKA-PATCH-MISSED', 'A Kafka client that the instrumentation does not reach'),
  warning(21, 'JAVA-SPRING-NEW-RESTTEMPLATE', 'A RestTemplate made by hand, which nothing observes'),
  warning(22, 'JAVA-SPRING-STATIC-BUILDER', 'A client built by a static builder, which nothing observes'),
  hint(23, 'JAVA-CLIENT-NO-AGENT', 'A client library without wrapper in a process without agent'),
  warning(24, 'JAVA-FEIGN-NO-MICROMETER', 'Feign clients without feign-micrometer'),
  warning(25, 'JAVA-SPRING-KAFKA-NO-OBSERVATION', 'Spring Kafka whose observation is not switched on'),
  warning(26, 'JAVA-ASYNC-NO-DECORATOR', 'Executors that do not hand the context on'),
  warning(27, 'CS-HTTP-PROPAGATION-OFF', 'HttpClient whose propagation is switched off'),
  warning(28, 'CS-KAFKA-PRODUCE-NO-INJECT', 'A Kafka message sent without the trace context'),
  warning(29, 'CS-KAFKA-CONSUME-DROP', 'Kafka messages whose trace context is not read'),
  hint(30, 'QUEUE-CTX-LOSS', 'Work queued inside the process without its context'),
  warning(31, 'MSG-NO-INJECT', 'A message published without the trace context'),
  warning(32, 'DOUBLE-INJECT', 'Trace headers written twice, so that the receiver drops both'),
  warning(33, 'EXTRACT-UNUSED', 'A context that is read or written in vain'),
  warning(34, 'SPAN-NOT-ACTIVE', 'A span that is not active when the call is made which should be its child'),
  hint(35, 'PROP-MISMATCH', 'Services that do not understand each other’s trace headers'),
];

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

/** A rule by its id. */
export function ruleOf(id: string): RuleDescription | undefined {
  return byId.get(id);
}

function warning(number: number, id: string, title: string): RuleDescription {
  return { number, id, title, severity: 'warning' };
}

function hint(number: number, id: string, title: string): RuleDescription {
  return { number, id, title, severity: 'hint', offByDefault: true };
}
