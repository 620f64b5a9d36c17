import assert from 'node:assert/strict';
import { rulesWithTracer as rules } from './support';

const PRODUCE = 'GO-KAFKA-PRODUCE-NO-INJECT';
const KGO = 'github.com/twmb/franz-go/pkg/kgo';
const PROPAGATION = 'go.opentelemetry.io/otel/propagation';

describe('Messages of Go’s own types', () => {
  const sender = (inject: string): string => `type Task struct {
	Name string
	Headers map[string]string
}

func submit(ctx context.Context, client *kgo.Client, task *Task) error {
	ctx, span := otel.Tracer("tasks").Start(ctx, "submit")
	defer span.End()
	${inject}
	payload, _ := json.Marshal(task)
	return queue(ctx, client, payload)
}

func queue(ctx context.Context, client *kgo.Client, payload []byte) error { return put(ctx, client, payload) }

func put(ctx context.Context, client *kgo.Client, payload []byte) error {
	return client.ProduceSync(ctx, &kgo.Record{Topic: "tasks", Value: payload}).FirstErr()
}
`;
  const imports = ['encoding/json', KGO, PROPAGATION];

  it('carry the context in their body where it is put into their headers', async () => {
    const inject = 'otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier(task.Headers))';
    assert.deepEqual(await rules(imports, sender(inject)), []);
  });

  it('carry none where nobody puts it there, or into a request', async () => {
    assert.deepEqual(await rules(imports, sender('')), [PRODUCE]);
    const request = 'otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))';
    const more = `func ask(ctx context.Context, req *http.Request) { ${request} }`;
    assert.deepEqual(await rules(['net/http', ...imports], sender('') + more), [PRODUCE]);
  });
});
