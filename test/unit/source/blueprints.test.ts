import assert from 'node:assert/strict';
import { pythonRequest, withMapped } from '../../support/mappingWorkspace';

/** An application factory, packages with a blueprint each, and blueprints in blueprints. */
const FLASK = {
  'requirements.txt': 'flask\n',
  'app/__init__.py': `from flask import Flask

def create_app(config_name):
    app = Flask(__name__)

    from .main import main as main_blueprint
    app.register_blueprint(main_blueprint)

    from .auth import auth as auth_blueprint
    app.register_blueprint(auth_blueprint, url_prefix='/account')

    from .api import api as api_blueprint
    app.register_blueprint(api_blueprint, url_prefix='/api/v1')

    from .help import help as help_blueprint
    app.register_blueprint(help_blueprint, url_prefix='/help')

    from .admin import admin
    app.register_blueprint(admin, url_prefix=None)
    return app
`,
  'app/main/__init__.py': `from flask import Blueprint

main = Blueprint('main', __name__)

from . import views, errors
`,
  'app/main/views.py': `from flask import render_template
from . import main

@main.route('/', methods=['GET', 'POST'])
def index():
    return render_template('index.html')

@main.route('/users/<int:id>')
def user(id):
    return 'user'
`,
  'app/main/errors.py': `from . import main

@main.app_errorhandler(404)
def page_not_found(e):
    return 'no', 404
`,
  'app/auth/__init__.py': `from flask import Blueprint

auth = Blueprint('auth', __name__, url_prefix='/auth')

from . import views
`,
  'app/auth/views.py': `from . import auth

@auth.route('/login', methods=['POST'])
def login():
    return 'ok'
`,
  'app/api/__init__.py': `from flask import Blueprint
from .orders import orders, lines

api = Blueprint('api', __name__, url_prefix='/api')
orders.register_blueprint(lines)
api.register_blueprint(orders)
api.register_blueprint(lines, name='all_lines', url_prefix='/every-line')
`,
  'app/api/orders.py': `from flask import Blueprint

orders = Blueprint('orders', __name__, url_prefix='/orders')
lines = Blueprint('lines', __name__, url_prefix='/<int:order>/lines')

@orders.route('/')
def list_orders():
    return []

@orders.get('/<int:id>')
def get_order(id):
    return {}

@lines.get('/<int:line>')
def get_line(line, order=None):
    return {}
`,
  'app/help/__init__.py': `from flask import Blueprint
help = Blueprint('help', __name__)
from . import views
`,
  'app/help/views.py': `from . import help

@help.route('/topics/<name>')
def topic(name):
    return name
`,
  'app/admin/__init__.py': `from flask import Blueprint
admin = Blueprint('admin', __name__, url_prefix='/backoffice')
from app.admin import reports
`,
  'app/admin/reports.py': `from app.admin import admin

@admin.route('/reports')
def reports():
    return []
`,
};

describe('Flask’s blueprints', () => {
  it('are found in the package that makes them, also at the root', async () => {
    await withMapped(FLASK, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', '/'), 'app/main/views.py:5 index 0.85');
      assert.equal(await ask('POST', '/'), 'app/main/views.py:5 index 0.85');
      assert.equal(await ask('GET', '/users/<int:id>'), 'app/main/views.py:9 user 0.85');
    });
  });

  it('have the prefix they are registered with in place of their own', async () => {
    await withMapped(FLASK, pythonRequest, async (ask) => {
      assert.equal(await ask('POST', '/account/login'), 'app/auth/views.py:4 login 0.85');
      assert.match(await ask('POST', '/auth/login'), /^unmapped/);
      assert.equal(await ask('GET', '/help/topics/<name>'), 'app/help/views.py:4 topic 0.85');
      assert.equal(await ask('GET', '/backoffice/reports'), 'app/admin/reports.py:4 reports 0.85');
    });
  });

  it('add up where one is registered in another, each level with its own prefix or the one given there', async () => {
    await withMapped(FLASK, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', '/api/v1/orders/'), 'app/api/orders.py:7 list_orders 0.85');
      assert.equal(await ask('GET', '/api/v1/orders/<int:id>'), 'app/api/orders.py:11 get_order 0.85');
      const line = 'app/api/orders.py:15 get_line 0.85';
      assert.equal(await ask('GET', '/api/v1/orders/<int:order>/lines/<int:line>'), line);
      assert.equal(await ask('GET', '/api/v1/every-line/<int:line>'), line);
      assert.match(await ask('GET', '/api/orders/<int:id>'), /^(unmapped|ambiguous)|0\.8$/);
    });
  });

  it('tell apart what would be the same without their prefixes', async () => {
    const blueprint = (name: string): string => `from flask import Blueprint
bp = Blueprint('${name}', __name__, url_prefix='/same')

@bp.route('/<id>')
def ${name}(id):
    return id
`;
    const files = {
      'requirements.txt': 'flask\n',
      'users.py': blueprint('one_user'),
      'teams.py': blueprint('one_team'),
      'wsgi.py': `from flask import Flask
import users, teams

app = Flask(__name__)
app.register_blueprint(users.bp, url_prefix='/users')
app.register_blueprint(teams.bp, url_prefix='/teams')
`,
    };
    await withMapped(files, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', '/users/<id>'), 'users.py:5 one_user 0.85');
      assert.equal(await ask('GET', '/teams/<id>'), 'teams.py:5 one_team 0.85');
    });
  });

  it('have prefixes of routers that other files import, in FastAPI too', async () => {
    const files = {
      'requirements.txt': 'fastapi\n',
      'shop/router.py': `from fastapi import APIRouter
router = APIRouter(prefix="/orders")

@router.get("/mine")
def my_orders(): ...
`,
      'shop/extra.py': `from .router import router

@router.get("/{id}/lines")
def lines(id: int): ...
`,
      'shop/main.py': `from fastapi import FastAPI
from .router import router
app = FastAPI()
app.include_router(router, prefix="/api")
`,
    };
    await withMapped(files, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', '/api/orders/mine'), 'shop/router.py:5 my_orders 0.85');
      assert.equal(await ask('GET', '/api/orders/{id}/lines'), 'shop/extra.py:4 lines 0.85');
    });
  });
});
