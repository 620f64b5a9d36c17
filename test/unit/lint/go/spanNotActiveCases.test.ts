import assert from 'node:assert/strict';
import { lintApp } from './support';

const RULE = 'SPAN-NOT-ACTIVE';

/** What begins a span of its own. */
const PLAN = `func (s *Server) plan(ctx context.Context) int {
	ctx, span := tracer.Start(ctx, "plan")
	defer span.End()
	return len(s.base)
}`;

const LOST: Readonly<Record<string, string>> = {
  'a request under the old context': `func (s *Server) price(ctx context.Context, sku string) error {
	_, span := tracer.Start(ctx, "price")
	defer span.End()
	return s.ask(ctx, "/prices/"+sku)
}`,
  'a request in a handler': `func (s *Server) ServePrice(w http.ResponseWriter, r *http.Request) {
	_, span := tracer.Start(r.Context(), "serve price")
	defer span.End()
	if err := s.ask(r.Context(), "/prices"); err != nil {
		span.RecordError(err)
	}
}`,
  'a tracer of the receiver': `func (w *Worker) run(ctx context.Context, s *Server) error {
	_, span := w.tracer.Start(ctx, "run", trace.WithSpanKind(trace.SpanKindInternal))
	defer span.End()
	span.SetAttributes(attribute.String("worker", "one"))
	return s.ask(ctx, "/jobs")
}

type Worker struct{ tracer trace.Tracer }`,
  'a helper that takes the name of the span first': `func (s *Server) apply(ctx context.Context) error {
	_, span := observability.StartSpan("apply", ctx)
	defer span.End()
	return s.ask(ctx, "/plans")
}`,
};

const KEPT: Readonly<Record<string, string>> = {
  'the context that is returned': `func (s *Server) price(ctx context.Context, sku string) error {
	ctx, span := tracer.Start(ctx, "price")
	defer span.End()
	return s.ask(ctx, "/prices/"+sku)
}`,
  'one of another name': `func (s *Server) price(ctx context.Context, sku string) error {
	spanCtx, span := tracer.Start(ctx, "price")
	defer span.End()
	return s.ask(spanCtx, "/prices/"+sku)
}`,
  'a span that is put into the context by hand': `func (s *Server) price(ctx context.Context, sku string) error {
	_, span := tracer.Start(ctx, "price")
	defer span.End()
	ctx = trace.ContextWithSpan(ctx, span)
	return s.ask(ctx, "/prices/"+sku)
}`,
  'a span without requests': `func (s *Server) total(ctx context.Context, lines []int) (sum int) {
	_, span := tracer.Start(ctx, "total")
	defer span.End()
	for _, line := range lines {
		sum += line
	}
	return sum
}`,
  'spans that it starts one after the other': `func (s *Server) apply(ctx context.Context) {
	_, plan := tracer.Start(ctx, "plan")
	plan.End()
	_, run := tracer.Start(ctx, "run")
	run.End()
}`,
  'spans of its own functions after it is over': `func (s *Server) apply(ctx context.Context) int {
	_, span := tracer.Start(ctx, "validate")
	span.End()
	return s.plan(ctx)
}

${PLAN}`,
  'what lasts as long as the process': `func (s *Server) Run(ctx context.Context) int {
	_, uptime := tracer.Start(ctx, "uptime")
	defer uptime.End()
	return s.plan(ctx)
}

${PLAN}`,
  'spans of its own functions, which stand beside this one in the same trace': `func (s *Server) apply(ctx context.Context) int {
	_, span := tracer.Start(ctx, "apply")
	defer span.End()
	return s.plan(ctx)
}

${PLAN}`,
  'what the receiver holds and is not in sight': `func (k *Keeper) load(ctx context.Context, id string) (Plan, error) {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	return k.plans.Get(ctx, id)
}

type Keeper struct{ plans provider.Plans }`,
  'functions without spans': `func (s *Server) apply(ctx context.Context) int {
	_, span := tracer.Start(ctx, "apply")
	defer span.End()
	return s.plan(ctx)
}

func (s *Server) plan(ctx context.Context) int {
	return len(s.base)
}`,
  'clients of others that it makes itself': `func (s *Server) apply(ctx context.Context) error {
	_, span := tracer.Start(ctx, "apply")
	defer span.End()
	cli := cloud.NewClient()
	return cli.Create(ctx, "one")
}`,
  'a request to others, who continue no trace': `func (s *Server) tell(ctx context.Context) error {
	_, span := tracer.Start(ctx, "tell")
	defer span.End()
	req, _ := http.NewRequestWithContext(ctx, "POST", "https://hooks.slack.com/services/one", nil)
	_, err := http.DefaultClient.Do(req)
	return err
}`,
  'a span that is over before the request': `func (s *Server) price(ctx context.Context, sku string) error {
	_, span := tracer.Start(ctx, "validate")
	valid := len(sku) > 0
	span.End()
	if !valid {
		return errors.New("no sku")
	}
	return s.ask(ctx, "/prices/"+sku)
}`,
};

describe(`${RULE} in Go, span by span`, () => {
  for (const [what, code] of Object.entries(LOST))
    it(`finds ${what}`, async () => assert.deepEqual(await rules(code), [RULE]));
  for (const [what, code] of Object.entries(KEPT))
    it(`leaves ${what}`, async () => assert.deepEqual(await rules(code), []));
});

async function rules(code: string): Promise<readonly string[]> {
  const app = `package app

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("app")
var client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}

type Server struct{ base string }

func (s *Server) ask(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req)
	return err
}

${code}
`;
  return (await lintApp(app)).findings.map(({ rule }) => rule);
}
