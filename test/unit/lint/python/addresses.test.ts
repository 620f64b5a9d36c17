import { expectFindings, expectInWork, tracedProject } from './support';

describe('lint python: who answers at an address', () => {
  it('believes what the deployment says of who answers at an address', async () => {
    const files = (address: string, url = 'settings.token_check_url'): Record<string, string> =>
      tracedProject([], {
        Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["uvicorn", "app.start:app"]\n',
        'compose.yml': `services:\n  shop:\n    build: .\n    environment:\n      TOKEN_CHECK_URL: ${address}\n      ORDERS_URL: ${address}\n`,
        'app/work.py': `import requests\nfrom app.config import settings\n\n\ndef call(order):\n    return requests.post(${url}, json=order)\n`,
      });
    const found = ['PY-UNCOVERED-HTTP app/work.py:6'];
    await expectFindings(files('http://users-service:8000/check'), found);
    await expectFindings(files('${TOKEN_CHECK_URL}'), []);
    await expectFindings(files('http://oidc:8080/check'), []);
    await expectFindings(files('http://localhost:8080/check'), []);
    const orders = 'os.getenv("ORDERS_URL", "http://localhost:1") + "/a"';
    await expectFindings(files('http://orders', orders), found);
    await expectFindings(files('https://api.orders.com', orders), []);
    await expectFindings(files('http://orders-mock', orders), found);
  });

  it('takes all that a class asks for a vendor’s where one of its requests has the path of a model', async () => {
    const code = (path: string): string => `import requests


class Settings:
    base: str = "http://localhost:1234"


class Models:
    def __init__(self, settings: Settings):
        self.base = settings.base
        self.session = requests.Session()

    def complete(self, prompt):
        return self.session.post(f"{self.base}/${path}", json=prompt)

    def names(self):
        return self.session.get(f"{self.base}/models")
`;
    await expectInWork(['HTTPXClientInstrumentor'], code('chat/completions'), []);
    await expectInWork(['HTTPXClientInstrumentor'], code('complete'), ['PY-UNCOVERED-HTTP 11']);
  });
});
