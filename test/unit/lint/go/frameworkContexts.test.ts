import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { lintApp } from './support';

const RULE = 'GO-CTX-BACKGROUND';

function gin(body: string, engine = 'gin.New()', serve = 'r.Use(otelgin.Middleware("shop"))'): string {
  return `package app

import (
	"context"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("shop")

func Run() {
	r := ${engine}
	${serve}
	r.GET("/stock", stock)
}

func load(ctx context.Context) {
	_, span := tracer.Start(ctx, "load")
	span.End()
}

func keep(c *gin.Context) { load(c.Request.Context()) }

${body}
`;
}

describe('GO-CTX-BACKGROUND and what frameworks call a context', () => {
  it('finds Gin’s own context where Go’s is taken, and hands on the request’s', async () => {
    for (const body of [
      'func stock(c *gin.Context) {\n\tload(c)\n}',
      'func stock(c *gin.Context) {\n\tctx, cancel := context.WithTimeout(c, limit)\n\tdefer cancel()\n\tload(ctx)\n}',
    ]) {
      const text = gin(body);
      const { short, findings } = await lintApp(text);
      assert.deepEqual(short, [`${RULE} app/app.go:27`], body);
      const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
      assert.match(fixed, /\(c\.Request\.Context\(\)/);
      assert.deepEqual((await lintApp(fixed)).short, []);
    }
  });

  it('is silent where the engine looks into the request’s context, or is not among the files', async () => {
    const body = 'func stock(c *gin.Context) {\n\tload(c)\n}';
    assert.deepEqual(
      (await lintApp(gin(body, 'gin.New()', 'otelgin.Middleware("x"); r.ContextWithFallback = true'))).short,
      [],
    );
    assert.deepEqual((await lintApp(gin(body, 'engine()'))).short, []);
  });

  it('is silent where a function out of sight may take either', async () => {
    const body = 'func stock(c *gin.Context) {\n\tpages.Parse(c)\n}';
    const text = gin(body).replace(
      '\t"go.opentelemetry.io/otel"\n',
      '\t"go.opentelemetry.io/otel"\n\t"example.com/shop/pages"\n',
    );
    assert.deepEqual((await lintApp(text)).short, []);
  });

  it('is silent where nothing starts a span for a request, and where Gin’s context is meant', async () => {
    const served = 'func stock(c *gin.Context) {\n\tcall(c)\n}';
    assert.deepEqual((await lintApp(gin(served.replace('call', 'keep')))).short, []);
    assert.deepEqual((await lintApp(gin(served.replace('call', 'render')))).short, []);
    assert.deepEqual((await lintApp(gin('func stock(c *gin.Context) {\n\tsend(c)\n}', 'gin.New()', ''))).short, []);
  });

  it('finds fasthttp’s context in handlers of Fiber 2, and none in those of Fiber 3', async () => {
    const fiber = (version: string, written: string): string => `package app

import (
	"context"

	"github.com/gofiber/contrib/otelfiber"
	"github.com/gofiber/fiber/${version}"
	"go.opentelemetry.io/otel"
)

func Run() {
	app := fiber.New()
	app.Use(otelfiber.Middleware())
}

func load(ctx context.Context) {
	_, span := otel.Tracer("shop").Start(ctx, "load")
	span.End()
}

func stock(c *fiber.Ctx) error {
	load(${written})
	return nil
}
`;
    assert.deepEqual((await lintApp(fiber('v2', 'c.Context()'))).short, [`${RULE} app/app.go:22`]);
    assert.deepEqual((await lintApp(fiber('v2', 'c.UserContext()'))).short, []);
    assert.deepEqual((await lintApp(fiber('v3', 'c.Context()'))).short, []);
  });

  it('leaves a middleware that starts the span of the request itself', async () => {
    const app = (more: string, next: string): string => `package app

import (
	"github.com/gofiber/fiber/v2"
	${more}
	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("shop")

func Trace(c *fiber.Ctx) error {
	ctx, span := tracer.Start(c.Context(), "request")
	defer span.End()
	c.SetUserContext(ctx)
	return ${next}
}

func Run() { fiber.New().Use(Trace) }
`;
    const found = async (more: string, next: string): Promise<readonly string[]> =>
      (await lintApp(app(more, next))).findings.map(({ rule }) => rule);
    assert.deepEqual(await found('', 'c.Next()'), []);
    const fiber = '"github.com/gofiber/contrib/otelfiber/v2"';
    assert.deepEqual(await found(`_ ${fiber}`, 'c.Next()'), [RULE]);
    assert.deepEqual(await found(`_ ${fiber}`, 'c.SendStatus(200)'), [RULE]);
  });
});
