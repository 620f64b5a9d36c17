import { expectFindings, tracedProject } from './support';

const CALL = 'import httpx\n\n\nasync def call():\n    return await httpx.AsyncClient().get("http://orders/1")\n';

describe('lint python: what runs where', () => {
  const WSGI = `from django.core.wsgi import get_wsgi_application
from opentelemetry import trace
from opentelemetry.instrumentation.logging import LoggingInstrumentor
from opentelemetry.sdk.trace import TracerProvider

application = get_wsgi_application()
trace.set_tracer_provider(TracerProvider())
LoggingInstrumentor().instrument()
`;
  const WORKER = `from celery import Celery

app = Celery("shop")


@app.task
def remind(order):
    return order


@app.on_after_finalize.connect
def later(sender, **kwargs):
    from apps.orders.client import call
`;
  const DJANGO = {
    'requirements.txt': 'django\ncelery\nhttpx\nopentelemetry-sdk\nopentelemetry-instrumentation-logging\n',
    'shop/wsgi.py': WSGI,
    'shop/celery.py': WORKER,
    'apps/orders/client.py': CALL,
  };
  const VIEW = 'from shop.celery import remind\n\n\ndef order(request):\n    remind.delay(request.id)\n';

  it('gives the applications of Django to the server, whoever else imports them', async () => {
    await expectFindings(DJANGO, ['PY-UNCOVERED-HTTP apps/orders/client.py:5']);
    const { 'apps/orders/client.py': client, ...others } = DJANGO;
    await expectFindings({ ...others, 'apps/orders/tasks.py': client }, []);
  });

  it('is silent on tasks for workers that nobody traces', async () => {
    await expectFindings({ ...DJANGO, 'apps/orders/client.py': '', 'apps/orders/views.py': VIEW }, []);
    const traced = `${WORKER}from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\ntrace.set_tracer_provider(TracerProvider())\n`;
    await expectFindings(
      { ...DJANGO, 'apps/orders/client.py': '', 'apps/orders/views.py': VIEW, 'shop/celery.py': traced },
      ['MSG-NO-INJECT apps/orders/views.py:5'],
    );
  });

  it('knows what the Azure Monitor distribution leaves out where further libraries are instrumented by hand', async () => {
    const main = `from azure.monitor.opentelemetry import configure_azure_monitor
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

from app.work import call

app = FastAPI()
configure_azure_monitor()
FastAPIInstrumentor.instrument_app(app)
`;
    const project = (version: string, work: string): Record<string, string> => ({
      'requirements.txt': `fastapi==0.115.0\nhttpx\nrequests\nazure-monitor-opentelemetry${version}\n`,
      'app/main.py': main,
      'app/work.py': work,
    });
    await expectFindings(project('==1.6.5', CALL), ['PY-UNCOVERED-HTTP app/work.py:5']);
    for (const version of ['==1.8.10', '>=1.6', '']) await expectFindings(project(version, CALL), []);
    const covered = 'import requests\n\n\ndef call():\n    return requests.get("http://orders/1")\n';
    await expectFindings(project('==1.6.5', covered), []);
  });
});

describe('lint python: whom a client calls', () => {
  const CLIENT = `import requests
from urllib.parse import urljoin


class OrdersClient:
    API_URL = "/api/v1/"

    def __init__(self, url, token):
        self.api_base_url = urljoin(url, self.API_URL)

    def orders(self):
        url = f"{self.api_base_url}/orders"
        return requests.get(url=url)
`;
  const use = (...urls: readonly string[]): string =>
    `from app.client import OrdersClient\nfrom app.settings import settings\n\n\ndef work(site):\n${urls
      .map((url) => `    OrdersClient(${url}, "token").orders()\n`)
      .join('')}`;

  it('follows an address to those who make the client', async () => {
    const project = (...urls: readonly string[]): Record<string, string> =>
      tracedProject([], { 'app/client.py': CLIENT, 'app/work.py': use(...urls) });
    await expectFindings(project('settings.INVENTORY_URL'), ['PY-UNCOVERED-HTTP app/client.py:13']);
    await expectFindings(project('settings.GITHUB_URL'), []);
    await expectFindings(project('site.url'), []);
    await expectFindings(project('settings.INVENTORY_URL', 'site.webhook_url'), []);
    await expectFindings(tracedProject([], { 'app/client.py': CLIENT }), []);
  });

  it('leaves clients that a vendor’s library calls that vendor with', async () => {
    const kept = `import urllib3
from google.auth.transport import urllib3 as google_urllib3

_http = urllib3.PoolManager()
_google = google_urllib3.Request(_http)
`;
    const given =
      'import httpx\nfrom openai import AsyncOpenAI\n\nopenai = AsyncOpenAI(http_client=httpx.AsyncClient())\n';
    const own = kept.replace('google.auth.transport', 'app.transport').replaceAll('google_', 'own_');
    const other = ['RequestsInstrumentor'];
    await expectFindings(tracedProject(other, { 'app/work.py': kept }), []);
    await expectFindings(tracedProject(other, { 'app/work.py': given }), []);
    await expectFindings(tracedProject(other, { 'app/work.py': own }), ['PY-UNCOVERED-HTTP app/work.py:4']);
  });
});
