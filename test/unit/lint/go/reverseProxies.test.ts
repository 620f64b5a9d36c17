import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { gofmtErrors, lintApp } from './support';

const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

interface Proxy {
  readonly make: string;
  readonly more?: string;
  readonly serve?: string;
}

/** A gateway that forwards what it is asked; its handler starts a span unless told otherwise. */
function gateway({ make, more = '', serve = 'otelhttp.NewHandler(h, "gateway")' }: Proxy): string {
  return `package app

import (
	"net/http"
	"net/http/httputil"
	"net/url"

	"${OTELHTTP}"
)

type Gateway struct {
	orderServiceURL string
	next            http.Handler
}

func (g *Gateway) open() error {
	target, err := url.Parse(g.orderServiceURL)
	if err != nil {
		return err
	}
	${make}
	g.next = proxy
	return nil
}

func Handler(h http.Handler) http.Handler {
	return ${serve}
}
${more === '' ? '' : `\n${more}\n`}`;
}

async function found(proxy: Proxy): Promise<string[]> {
  return (await lintApp(gateway(proxy))).findings.map(({ rule, line }) => `${rule}:${line}`);
}

const SINGLE = 'proxy := httputil.NewSingleHostReverseProxy(target)';
const OWN = `type counting struct{ base http.RoundTripper }

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	return c.base.RoundTrip(r)
}`;

describe('GO-HTTP-PLAIN-CLIENT and reverse proxies', () => {
  it('finds a proxy that forwards through a plain transport', async () => {
    assert.deepEqual(await found({ make: SINGLE }), ['GO-HTTP-PLAIN-CLIENT:21']);
    assert.deepEqual(
      await found({ make: `${SINGLE}\n\tproxy.Transport = &counting{base: http.DefaultTransport}`, more: OWN }),
      ['GO-HTTP-PLAIN-CLIENT:22'],
    );
    const literal =
      'proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: &http.Transport{}}';
    assert.deepEqual(await found({ make: literal }), ['GO-HTTP-PLAIN-CLIENT:21']);
  });

  it('is silent for an instrumented transport and for a director that injects', async () => {
    for (const make of [
      `${SINGLE}\n\tproxy.Transport = otelhttp.NewTransport(http.DefaultTransport)`,
      `${SINGLE}\n\tproxy.Transport = decorate(http.DefaultTransport)`,
      `${SINGLE}\n\tforward := proxy.Director\n\tproxy.Director = func(r *http.Request) {\n\t\tforward(r)\n\t\totel.GetTextMapPropagator().Inject(r.Context(), propagation.HeaderCarrier(r.Header))\n\t}`,
    ])
      assert.deepEqual(await found({ make }), [], make);
  });

  it('is silent where no span is passed over, and for pages of a development server', async () => {
    assert.deepEqual(await found({ make: SINGLE, serve: 'h' }), []);
    assert.deepEqual(await found({ make: `// the Vite server\n\t${SINGLE}` }), []);
    assert.deepEqual(await found({ make: SINGLE.replace('(target)', '(&url.URL{Host: "api.github.com"})') }), []);
  });

  it('is mended by a transport that sends the context', async () => {
    for (const make of [SINGLE, `${SINGLE}\n\tproxy.Transport = &counting{base: http.DefaultTransport}`]) {
      const app = gateway({ make, more: OWN });
      const { findings, files } = await lintApp(app).then((linted) => ({ ...linted, files: { 'app/app.go': app } }));
      const fixed = applyFix(files, findings[0]!.finding)['app/app.go']!;
      assert.match(fixed, /proxy\.Transport = otelhttp\.NewTransport\(/);
      assert.deepEqual((await lintApp(fixed)).short, []);
      const errors = gofmtErrors(fixed);
      if (errors !== undefined) assert.equal(errors, '');
    }
  });
});
