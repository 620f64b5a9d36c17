import assert from 'node:assert/strict';
import { lintApp } from './support';

const RULE = 'GO-HTTP-REQ-NO-CTX';

/** Functions of a service whose client is instrumented: only the requests may lack the context. */
const LOST: Readonly<Record<string, string>> = {
  'a request of a handler': `func (s *Server) price(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequest(http.MethodGet, "http://prices:8080" + "/v1/prices/"+r.PathValue("sku"), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.send(req)
}`,
  'a request with headers and a body': `func (s *Server) place(ctx context.Context, body []byte) error {
	req, err := http.NewRequest("POST", "http://orders:8080" + "/orders", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}`,
  'a short form inside a closure': `func (s *Server) both(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		_, err := client.Get("http://stock:8080" + "/items")
		return err
	})
	return group.Wait()
}`,
  'a request with a timeout of its own and no parent': `func (s *Server) refund(ctx context.Context, id string) error {
	req, err := http.NewRequest(http.MethodDelete, "http://orders:8080" + "/orders/"+id, http.NoBody)
	if err != nil {
		return err
	}
	_, err = (&http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport), Timeout: time.Second}).Do(req)
	return err
}`,
  'a question for the head': `func (s *Server) exists(ctx context.Context, id string) bool {
	resp, err := client.Head("http://orders:8080" + "/orders/" + id)
	return err == nil && resp.StatusCode == http.StatusOK
}`,
};

const KEPT: Readonly<Record<string, string>> = {
  'a request that is made with it': `func (s *Server) price(ctx context.Context, sku string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://prices:8080" + "/v1/prices/"+sku, nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req)
	return err
}`,
  'a request that gets it in the call that sends it': `func (s *Server) price(ctx context.Context, sku string) error {
	req, err := http.NewRequest(http.MethodGet, "http://prices:8080" + "/v1/prices/"+sku, nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req.WithContext(ctx))
	return err
}`,
  'a request that a helper sends with it': `func (s *Server) price(ctx context.Context, sku string) error {
	req, err := http.NewRequest(http.MethodGet, "http://prices:8080" + "/v1/prices/"+sku, nil)
	if err != nil {
		return err
	}
	return s.with(ctx, req)
}

func (s *Server) with(ctx context.Context, req *http.Request) error {
	_, err := client.Do(req.WithContext(ctx))
	return err
}`,
  'a request at the start, where there is none': `func (s *Server) discover() error {
	req, err := http.NewRequest(http.MethodGet, "http://orders:8080" + "/openapi.json", nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req)
	return err
}`,
  'a request into which the headers are written by hand': `func (s *Server) price(ctx context.Context, sku string) error {
	req, err := http.NewRequest(http.MethodGet, "http://prices:8080" + "/v1/prices/"+sku, nil)
	if err != nil {
		return err
	}
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
	_, err = http.DefaultClient.Do(req)
	return err
}`,
  'a request to somebody else': `func (s *Server) charge(ctx context.Context) error {
	req, err := http.NewRequest(http.MethodPost, "https://api.stripe.com/v1/charges", nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req)
	return err
}`,
  'a request that is only made for a proxy to rewrite': `func (s *Server) outgoing(r *http.Request) (*http.Request, error) {
	req, err := http.NewRequest(r.Method, s.orders+r.URL.Path, r.Body)
	if err != nil {
		return nil, err
	}
	return req.WithContext(r.Context()), nil
}`,
};

/** Requests of several functions that one helper sends, which only limits their time. */
const SENT_BY_HELPER = (made: string): string => `type sender struct { Do func(*http.Request) (*http.Response, error) }
func (t *sender) Send(req *http.Request) error {
	ctx, cancel := context.WithTimeout(req.Context(), time.Second)
	defer cancel()
	_, err := t.Do(req.WithContext(ctx))
	return err
}
func newSender() *sender { return &sender{Do: client.Do} }
func (s *Server) price(ctx context.Context, t *sender) error {
	req, _ := ${made}, "GET", "http://prices:8080"+"/v1", nil)
	return t.Send(req)
}
func (s *Server) order(ctx context.Context, t *sender) error {
	req, _ := ${made}, "POST", "http://orders:8080"+"/v1", nil)
	return t.Send(req)
}`;

describe(`${RULE}, request by request`, () => {
  it('finds requests that several functions hand to one helper', async () => {
    const without = SENT_BY_HELPER('http.NewRequest(').replaceAll('(, ', '(');
    assert.deepEqual(await rules(without), [RULE, RULE]);
    const given = SENT_BY_HELPER('http.NewRequestWithContext(ctx');
    assert.deepEqual(await rules(given), []);
  });

  for (const [what, code] of Object.entries(LOST))
    it(`finds ${what}`, async () => assert.deepEqual(await rules(code), [RULE]));
  for (const [what, code] of Object.entries(KEPT))
    it(`leaves ${what}`, async () => assert.deepEqual(await rules(code), []));
});

async function rules(code: string): Promise<readonly string[]> {
  const app = `package app

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"golang.org/x/sync/errgroup"
)

var client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}

type Server struct{ prices, orders, stock string }

func (s *Server) send(req *http.Request) { client.Do(req) }

${code}
`;
  return (await lintApp(app)).findings.map(({ rule }) => rule);
}
