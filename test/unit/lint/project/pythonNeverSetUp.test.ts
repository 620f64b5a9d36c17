import assert from 'node:assert/strict';
import { unitsById } from './units';

const SETUP = `import logging

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

logger = logging.getLogger(__name__)


def setup_tracing(name: str) -> None:
    trace.set_tracer_provider(TracerProvider())
`;
const BESIDE = {
  'shared/tracing.py': SETUP,
  'shared/publisher.py':
    'import aio_pika\n\n\nasync def publish(exchange):\n    await exchange.publish(aio_pika.Message(b""), routing_key="a")\n',
};
const LOANS = {
  'loans/requirements.txt': 'fastapi\naio-pika\n',
  'loans/app/main.py': 'from fastapi import FastAPI\nfrom app.routers import loans\n\napp = FastAPI()\n',
};

async function kindOfLoose(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  return [...(await unitsById(files)).values()].find(({ id }) => id.endsWith('#python'))?.kind;
}

describe('lint: Python set-up without a manifest', () => {
  it('is never switched on where the projects beside it do not call it', async () => {
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS }), 'library');
  });

  it('counts where nothing but such files is at hand, or no project that begins', async () => {
    assert.equal(await kindOfLoose(BESIDE), 'process');
    const noEntry = { 'loans/requirements.txt': 'aio-pika\n', 'loans/app/send.py': 'import aio_pika\n' };
    assert.equal(await kindOfLoose({ ...BESIDE, ...noEntry }), 'process');
  });

  it('counts where it is called by its name, or runs when it is loaded', async () => {
    const called = { 'shared/run.py': 'from shared.tracing import setup_tracing\n\nsetup_tracing("a")\n' };
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS, ...called }), 'process');
    const elsewhere = {
      'loans/app/start.py': 'import importlib\n\nimportlib.import_module("tracing").setup_tracing("a")\n',
    };
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS, ...elsewhere }), 'process');
    const loaded = { 'shared/tracing.py': `${SETUP}\n\nsetup_tracing("a")\n` };
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS, ...loaded }), 'process');
    const guarded = { 'shared/tracing.py': `${SETUP}\n\nif True:\n    setup_tracing("a")\n` };
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS, ...guarded }), 'process');
  });

  it('counts where the files have an entry, or one that leads to it is not at hand', async () => {
    const entry = { 'shared/main.py': 'print("a")\n' };
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS, ...entry }), 'process');
    const missing = {
      'loans/app/main.py': 'from fastapi import FastAPI\nfrom app.core.startup import begin\n\napp = FastAPI()\n',
    };
    assert.equal(await kindOfLoose({ ...BESIDE, ...LOANS, ...missing }), 'process');
  });
});
