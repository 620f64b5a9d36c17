import { assertPlaces } from '../../support/mappingTable';

describe('tasks of Celery', () => {
  it('leads tasks to their functions and to the calls that send them', () =>
    assertPlaces(
      {
        'shop/celery.py': `from celery import Celery
app = Celery("shop")
`,
        'shop/tasks/email.py': `from shop.celery import app
from celery import shared_task, Task
@shared_task(bind=True, max_retries=3)
def send_welcome(self, user_id):
    return 1
@app.task(name="emails.digest")
def digest():
    return 1
@app.task
def cleanup():
    return 1
class ImportTask(Task):
    name = "imports.run"
    def run(self, path):
        return 1
class PlainTask(app.Task):
    def run(self):
        return 1
app.register_task(ImportTask())
`,
        'shop/other/email.py': `from celery import shared_task
@shared_task
def cleanup():
    return 1
`,
        'shop/views.py': `from shop.tasks.email import send_welcome, digest as make_digest
from shop.tasks import email
from shop.celery import app
from shop.other.email import cleanup
def signup(user):
    send_welcome.delay(user.id)
def weekly():
    make_digest.apply_async(countdown=10)
def nightly():
    email.cleanup.delay()
def nightly2():
    cleanup.delay()
def imports():
    app.send_task("imports.run", args=["x"])
`,
      },
      [
        [
          'CONSUMER',
          'run/shop.tasks.email.send_welcome',
          {
            'celery.action': 'run',
            'celery.task_name': 'shop.tasks.email.send_welcome',
            'messaging.destination': 'celery',
          },
          'shop/tasks/email.py:4',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'CONSUMER',
          'run/emails.digest',
          { 'celery.task_name': 'emails.digest' },
          'shop/tasks/email.py:7',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'CONSUMER',
          'run/imports.run',
          { 'celery.task_name': 'imports.run' },
          'shop/tasks/email.py:14',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'CONSUMER',
          'run/shop.tasks.email.PlainTask',
          { 'celery.task_name': 'shop.tasks.email.PlainTask' },
          'shop/tasks/email.py:17',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'CONSUMER',
          'run/celery.backend_cleanup',
          { 'celery.task_name': 'celery.backend_cleanup' },
          '-',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'PRODUCER',
          'apply_async/shop.tasks.email.send_welcome',
          {
            'celery.action': 'apply_async',
            'celery.task_name': 'shop.tasks.email.send_welcome',
            'messaging.destination': 'celery',
          },
          'shop/views.py:6',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'PRODUCER',
          'apply_async/emails.digest',
          { 'celery.task_name': 'emails.digest' },
          'shop/views.py:8',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'PRODUCER',
          'apply_async/shop.tasks.email.cleanup',
          { 'celery.task_name': 'shop.tasks.email.cleanup' },
          'shop/views.py:10',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'PRODUCER',
          'apply_async/shop.other.email.cleanup',
          { 'celery.task_name': 'shop.other.email.cleanup' },
          'shop/views.py:12',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'PRODUCER',
          'apply_async/imports.run',
          { 'celery.task_name': 'imports.run' },
          'shop/views.py:14',
          'opentelemetry.instrumentation.celery',
        ],
        [
          'PRODUCER',
          'apply_async/shop.tasks.email.PlainTask',
          { 'celery.task_name': 'shop.tasks.email.PlainTask' },
          '-',
          'opentelemetry.instrumentation.celery',
        ],
      ],
    ));
});
