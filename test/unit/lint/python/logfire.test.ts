import { expectFindings } from './support';

describe('lint python: Logfire', () => {
  it('knows what Logfire was told to instrument', async () => {
    const project = (calls: string, more: Record<string, string> = {}): Record<string, string> => ({
      'requirements.txt': 'fastapi\nhttpx\nlogfire\n',
      'main.py': `import httpx
import logfire
from fastapi import FastAPI

app = FastAPI()
logfire.configure()
${calls}


@app.get("/orders")
async def orders():
    async with httpx.AsyncClient() as client:
        return (await client.get("http://inventory:8080/items")).json()
`,
      ...more,
    });
    const lost = ['PY-UNCOVERED-HTTP main.py:12'];
    await expectFindings(project('logfire.instrument_fastapi(app)'), lost);
    await expectFindings(project('logfire.instrument_fastapi(app, capture_headers=True)'), lost);
    await expectFindings(project('logfire.instrument_fastapi(app)\nlogfire.instrument_httpx()'), []);
    await expectFindings(project('logfire.instrument_fastapi(app)\nlogfire.instrument_httpx(capture_all=True)'), []);
    await expectFindings(project(''), []);
    const run = { Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["logfire", "run", "uvicorn", "main:app"]\n' };
    await expectFindings(project('logfire.instrument_fastapi(app)', run), []);
  });
});
