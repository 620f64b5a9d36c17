import assert from 'node:assert/strict';
import { findingsIn, rulesWithTracer as rules } from './support';

const DROP = 'GO-KAFKA-CONSUME-DROP';
const PRODUCE = 'GO-KAFKA-PRODUCE-NO-INJECT';
const ASYNQ = ['encoding/json', 'github.com/hibiken/asynq'];

describe('Traces that payloads of Go carry', () => {
  const worker = (
    field = 'TraceCarrier map[string]string',
    read = '',
    name = 'HandleMail',
  ): string => `type Mail struct {
	To string
	${field}
}

func parse(task *asynq.Task) (*Mail, error) {
	var mail Mail
	if err := json.Unmarshal(task.Payload(), &mail); err != nil {
		return nil, err
	}
	return &mail, nil
}

func ${name}(ctx context.Context, task *asynq.Task) error {
	mail, err := parse(task)
	if err != nil {
		return err
	}
	${read}
	return send(ctx, mail.To)
}

func send(ctx context.Context, to string) error {
	_, span := otel.Tracer("mail").Start(ctx, "send")
	span.End()
	return nil
}
`;

  it('are told where nothing reads them', async () => {
    const [found, ...others] = await findingsIn(['context', 'go.opentelemetry.io/otel', ...ASYNQ], worker());
    assert.equal(found?.rule, DROP);
    assert.match(found?.message ?? '', /TraceCarrier/);
    assert.deepEqual(others, []);
    assert.deepEqual(await rules(ASYNQ, worker('Traceparent string `json:"traceparent"`')), [DROP]);
  });

  it('are left alone where they are read, are something else, or a failure is written down', async () => {
    const read = 'ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier(mail.TraceCarrier))';
    assert.deepEqual(await rules(['go.opentelemetry.io/otel/propagation', ...ASYNQ], worker(undefined, read)), []);
    assert.deepEqual(await rules(ASYNQ, worker('TraceID string')), []);
    assert.deepEqual(await rules(ASYNQ, worker('TraceContext bool')), []);
    assert.deepEqual(await rules(ASYNQ, worker(undefined, '', 'HandleError')), []);
  });
});

describe('Traces that rows of Go keep', () => {
  const relay = (field = 'TraceParent string', record = 'Value: row.Payload'): string => `type Row struct {
	ID int64
	Payload []byte
	${field}
}

type Relay struct{ client *kgo.Client }

func (r *Relay) Run(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	for range ticker.C {
		for _, row := range load() {
			r.publish(ctx, row)
		}
	}
}

func (r *Relay) publish(ctx context.Context, row *Row) {
	_ = r.client.ProduceSync(ctx, &kgo.Record{Topic: "orders", ${record}}).FirstErr()
}

func load() []*Row { return nil }
`;
  const imports = ['time', 'github.com/twmb/franz-go/pkg/kgo'];

  it('have to go into what a relay sends for them', async () => {
    assert.deepEqual(await rules(imports, relay()), [PRODUCE]);
  });

  it('are no matter where there are none, or where they are sent', async () => {
    assert.deepEqual(await rules(imports, relay('Attempts int')), []);
    const headers = 'Headers: []kgo.RecordHeader{{Key: "traceparent", Value: []byte(row.TraceParent)}}';
    assert.deepEqual(await rules(imports, relay(undefined, headers)), []);
  });
});

describe('Files of Go that declare types alone', () => {
  it('say what functions in other files hold', async () => {
    const body = `type Mail struct {
	TraceParent string
}

func (h *Handler) HandleMail(ctx context.Context, task *asynq.Task) error {
	var mail Mail
	if err := json.Unmarshal(task.Payload(), &mail); err != nil {
		return err
	}
	return h.DB.WithContext(ctx).First(&mail).Error
}
`;
    const more = {
      'app/handler.go': 'package app\n\nimport "gorm.io/gorm"\n\ntype Handler struct {\n\tDB *gorm.DB\n}\n',
      'go.mod':
        'module example.com/shop\n\ngo 1.22\n\nrequire (\n\tgo.opentelemetry.io/otel v1.30.0\n\tgo.opentelemetry.io/otel/sdk v1.30.0\n\tgorm.io/plugin/opentelemetry v0.1.8\n)\n',
    };
    const found = await findingsIn(['context', ...ASYNQ], body, more);
    assert.deepEqual(
      found.map(({ rule }) => rule),
      [DROP],
    );
  });
});
