import { assertPlaces } from '../../support/mappingTable';

describe('what frameworks of Python call', () => {
  it('finds servicers, stubs, GraphQL resolvers and what Temporal runs', () =>
    assertPlaces(
      {
        'g/server.py': `import grpc
from g.pb import orders_pb2_grpc
class OrderServicer(orders_pb2_grpc.OrderServiceServicer):
    async def GetOrder(self, request, context):
        return 1
    def _helper(self):
        return 1
`,
        'g/client.py': `from g.pb import orders_pb2_grpc as pb
class Client:
    def __init__(self, ch):
        self._orders = pb.OrderServiceStub(ch)
    async def fetch(self, id):
        return await self._orders.GetOrder(id)
`,
        'g/schema.py': `import strawberry
import graphene
@strawberry.type
class Query:
    @strawberry.field
    async def orders(self, info) -> list[int]:
        return []
    hello: str = strawberry.field(resolver=resolve_hello)
@strawberry.type
class Mutation:
    @strawberry.mutation
    def create_order(self, id: int) -> int:
        return 1
def resolve_hello():
    return 1
class OldQuery(graphene.ObjectType):
    items = graphene.List(graphene.Int)
    def resolve_items(self, info):
        return []
`,
        'g/ari.py': `from ariadne import QueryType, ObjectType
query = QueryType()
@query.field("products")
async def resolve_products(_, info):
    return []
product = ObjectType("Product")
@product.field("reviews")
def resolve_reviews(obj, info):
    return []
`,
        't/wf.py': `from temporalio import activity, workflow
@activity.defn
async def charge_card(x):
    return 1
@activity.defn(name="ship-it")
def ship(x):
    return 1
@workflow.defn
class OrderWorkflow:
    @workflow.run
    async def run(self, id):
        await workflow.execute_activity(charge_card, id)
        await workflow.execute_activity("ship-it", id)
    @workflow.signal
    async def cancel(self):
        return 1
    @workflow.query(name="state")
    def get_state(self):
        return 1
@workflow.defn(name="Refunds")
class RefundWorkflow:
    @workflow.run
    async def run(self):
        return 1
async def start(client):
    await client.execute_workflow(OrderWorkflow.run, 1, id="x")
`,
      },
      [
        [
          'SERVER',
          '/shop.OrderService/GetOrder',
          { 'rpc.system': 'grpc', 'rpc.service': 'shop.OrderService', 'rpc.method': 'GetOrder' },
          'g/server.py:4',
          'opentelemetry.instrumentation.grpc',
        ],
        [
          'CLIENT',
          '/shop.OrderService/GetOrder',
          { 'rpc.system': 'grpc', 'rpc.service': 'shop.OrderService', 'rpc.method': 'GetOrder' },
          'g/client.py:6',
          'opentelemetry.instrumentation.grpc',
        ],
        [
          'INTERNAL',
          'GraphQL Resolving: orders',
          { 'graphql.parentType': 'Query', 'graphql.path': 'orders', component: 'graphql' },
          'g/schema.py:6',
          'strawberry',
        ],
        [
          'INTERNAL',
          'GraphQL Resolving: createOrder',
          { 'graphql.parentType': 'Mutation', 'graphql.path': 'createOrder', component: 'graphql' },
          'g/schema.py:12',
          'strawberry',
        ],
        [
          'INTERNAL',
          'GraphQL Query: GetOrders',
          { component: 'graphql', query: 'query GetOrders { orders }' },
          '-',
          'strawberry',
        ],
        [
          'INTERNAL',
          'products',
          { 'graphql.parentType': 'Query', 'graphql.path': 'products', component: 'graphql' },
          'g/ari.py:4',
          'ariadne',
        ],
        [
          'INTERNAL',
          'reviews',
          { 'graphql.parentType': 'Product', 'graphql.path': 'products.0.reviews' },
          'g/ari.py:8',
          'ariadne',
        ],
        [
          'INTERNAL',
          'items',
          { 'graphql.parentType': 'OldQuery', 'graphql.path': 'items' },
          'g/schema.py:18',
          'graphene',
        ],
        [
          'SERVER',
          'RunActivity:charge_card',
          { temporalActivityID: '1' },
          't/wf.py:3',
          'temporalio.contrib.opentelemetry',
        ],
        ['SERVER', 'RunActivity:ship-it', { temporalActivityID: '1' }, 't/wf.py:6', 'temporalio.contrib.opentelemetry'],
        [
          'SERVER',
          'RunWorkflow:OrderWorkflow',
          { temporalWorkflowID: '1' },
          't/wf.py:11',
          'temporalio.contrib.opentelemetry',
        ],
        [
          'SERVER',
          'RunWorkflow:Refunds',
          { temporalWorkflowID: '1' },
          't/wf.py:23',
          'temporalio.contrib.opentelemetry',
        ],
        [
          'SERVER',
          'HandleSignal:cancel',
          { temporalWorkflowID: '1' },
          't/wf.py:15',
          'temporalio.contrib.opentelemetry',
        ],
        ['SERVER', 'HandleQuery:state', { temporalWorkflowID: '1' }, 't/wf.py:18', 'temporalio.contrib.opentelemetry'],
        [
          'CLIENT',
          'StartActivity:charge_card',
          { temporalWorkflowID: '1' },
          't/wf.py:12',
          'temporalio.contrib.opentelemetry',
        ],
        [
          'CLIENT',
          'StartWorkflow:OrderWorkflow',
          { temporalWorkflowID: '1' },
          't/wf.py:26',
          'temporalio.contrib.opentelemetry',
        ],
      ],
    ));
});
