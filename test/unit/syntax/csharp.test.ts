import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: C#', () => {
  it('names methods, local functions, lambdas, properties and types', () =>
    expectFacts(
      'Orders.cs',
      `using System;
using Rpc = Shop.Grpc.Orders;
namespace Shop.Orders;
[Service]
public class Orders(IRepo repo) : Base<Order>, IOrders
{
    public const string Topic = "orders";
    private static readonly string Paid = $"{Topic}.paid";
    public Orders() : this(null) { }
    [Cached, Retry(3)]
    public async Task<Order> Find(long id, string q = "x") { void Local(int a) { } Func<int> f = () => 1; return null; }
    public string Computed => Load();
    public abstract Task Declared(int a);
    interface IInner { void M(); }
}
`,
      {
        functions: [
          'Orders.Orders @9() 9-9',
          'Orders.Find @11(id, q) 10-11',
          'Orders.Find.Local @11(a) 11-11',
          'Orders.Find.f @11() 11-11',
          'Orders.Computed @12() 12-12',
          'Orders.Declared @13(a) 13-13',
          'Orders.IInner.M @14() 14-14',
        ],
        types: ['Orders : Base, IOrders', 'Orders.IInner'],
        constants: ['Orders.Topic = orders', 'Orders.Paid = orders.paid'],
        imports: ['System: *', 'Shop.Grpc.Orders: Orders as Rpc'],
      },
    ));

  it('activities', () =>
    expectFacts(
      'A.cs',
      `class A
{
    static readonly ActivitySource Source = new("Shop.Orders");
    static ActivitySource Other { get; } = new(nameof(A));
    void Load(int id)
    {
        using var one = Source.StartActivity("load", ActivityKind.Client);
        using var two = Source?.StartActivity($"order {id}");
        using var three = Source.StartActivity();
        using var four = Source.StartActivity(nameof(Load));
        using var five = Source.StartActivity(name: "named", kind: ActivityKind.Server);
        var name = $"{id} publish";
        Logger.Trace("logged");
        LogManager.GetCurrentClassLogger().Trace("logged");
        using var six = Source.CreateActivity(name, ActivityKind.Producer);
    }
    [WithSpan("woven")] void Woven() { }
}
`,
      {
        spans: [
          'load [CLIENT] in A.Load @5',
          'order ${id} in A.Load @5',
          '- in A.Load @5',
          'Load in A.Load @5',
          'named [SERVER] in A.Load @5',
          '${id} publish [PRODUCER] in A.Load @5',
          'woven in A.Woven @17',
        ],
        tracerNames: ['Shop.Orders', 'A'],
      },
    ));

  it('controllers: tokens, templates, absolute routes, inherited prefixes, conventions', () =>
    expectFacts(
      'Orders.cs',
      `[ApiController]
[Route("api/[controller]")]
public class OrdersController : ControllerBase
{
    [HttpGet("{id:int}", Name = "x")] public Order Get(int id) => null;
    [HttpPost] public void Create() { }
    [HttpPut, Route("[action]")] public void UpdateAsync() { }
    [HttpGet("/health")] public void Health() { }
    [AcceptVerbs("GET", "HEAD", Route = "x")] public void Many() { }
}
public class ItemsController : BaseApiController { [HttpGet("{id}")] public Item Get(int id) => null; }
public class HomeController : Controller { [HttpGet] public IActionResult Privacy() => View();
  public IActionResult About() => View();
  [NonAction] public int Helper() => 1;
  private int Hidden() => 1;
  public static int Shared() => 1;
}
`,
      {
        routes: [
          'GET /api/Orders/{id:int} → OrdersController.Get @5',
          'POST /api/Orders → OrdersController.Create @6',
          'PUT /api/Orders/Update → OrdersController.UpdateAsync @7',
          'GET /health → OrdersController.Health @8',
          'GET /api/Orders/x → OrdersController.Many @9',
          'HEAD /api/Orders/x → OrdersController.Many @9',
          'GET /${}/Items/{id} → ItemsController.Get @11',
          'GET /Home/Privacy/{id?} → HomeController.Privacy @12',
          '* /Home/About/{id?} → HomeController.About @13',
        ],
      },
    ));

  it('minimal APIs: groups, chains, extension methods', () =>
    expectFacts(
      'Program.cs',
      `var app = builder.Build();
var api = app.MapGroup("/api").WithTags("x");
var v1 = api.MapGroup("/v1");
v1.MapGet("/items/{id}", async (int id) => { }).WithName("g");
app.MapPost("/orders", OrdersApi.Create);
app.MapMethods("/m", ["PUT", "PATCH"], Update);
app.MapGroup("/todos").MapTodos();
mapper.Map(source, target);
static void Update() { }
static class OrdersApi { public static void Create() { } }
`,
      {
        routes: [
          'GET /api/v1/items/{id} → (anonymous) @4',
          'POST /orders → OrdersApi.Create @10',
          'PUT /m → Update @9',
          'PATCH /m → Update @9',
        ],
        mounts: ['app + /todos → MapTodos'],
      },
    ));

  it('FastEndpoints', () =>
    expectFacts(
      'Create.cs',
      `class Create : Endpoint<Request, Reply>
{
    public override void Configure() { Post("/orders"); }
    public override Task HandleAsync(Request r, CancellationToken c) => null;
}
`,
      { routes: ['POST /orders → Create.HandleAsync @4'] },
    ));

  it('gRPC, both sides', () =>
    expectFacts(
      'Cart.cs',
      `using GrpcStock = Shop.Stock.StockClient;
class CartService(Payments.PaymentsClient payments, GrpcStock stock, HttpClient http) : Cart.CartBase
{
    public override async Task<Reply> GetCart(Request r, ServerCallContext c)
    {
        await payments.ChargeAsync(r);
        stock.Reserve(r);
        new Mail.MailClient(channel).Send(r);
        return null;
    }
    public void Helper() { }
}
`,
      {
        rpcs: [
          'server Cart/GetCart → CartService.GetCart @4',
          'client Payments/Charge → CartService.GetCart @4',
          'client Stock/Reserve → CartService.GetCart @4',
          'client Mail/Send → CartService.GetCart @4',
        ],
      },
    ));

  it('messages', () =>
    expectFacts(
      'Bus.cs',
      `class Bus
{
    const string Topic = "orders";
    async Task Send()
    {
        await producer.ProduceAsync(Topic, new Message<string, string>());
        channel.BasicPublish(exchange: "", routingKey: "mails", body: body);
        client.CreateSender("queue");
    }
    void Listen() { consumer.Subscribe(new[] { Topic, "paid" }); }
    void Loop() { consumer.Consume(token); }
    void Rabbit() { consumer.Received += OnReceived; channel.BasicConsume(queue: "mails", autoAck: true, consumer: consumer); }
    void OnReceived(object s, EventArgs e) { }
    [Topic("pubsub", "stock")] void OnStock() { }
}
`,
      {
        messages: [
          'producer kafka orders → Bus.Send @4',
          'producer rabbitmq mails → Bus.Send @4',
          'producer servicebus queue → Bus.Send @4',
          'consumer kafka orders → Bus.Loop @11',
          'consumer kafka paid → Bus.Loop @11',
          'consumer rabbitmq mails → Bus.OnReceived @13',
          'consumer dapr stock → Bus.OnStock @14',
        ],
      },
    ));

  it('HTTP calls and service names', () =>
    expectFacts(
      'Client.cs',
      `class Client(HttpClient http)
{
    async Task Call(int id)
    {
        await http.GetFromJsonAsync<Stock>($"/stock/{id}");
        var r = new HttpRequestMessage(HttpMethod.Put, "http://x/y");
    }
    void Setup()
    {
        b.ConfigureResource(r => r.AddService(serviceName: "a"));
        var d = new Dictionary<string, object> { ["service.name"] = "b", };
        new KeyValuePair<string, object>("service.name", "c");
    }
}
`,
      {
        httpCalls: [
          'System.Net.Http GET /stock/${id} in Client.Call @3',
          'System.Net.Http PUT http://x/y in Client.Call @3',
        ],
        serviceNames: ['a', 'c', 'b'],
      },
    ));

  it('modules, areas, endpoints with verbs, hubs, functions and consumers', () =>
    expectFacts(
      'Api.cs',
      `namespace Shop;
public class Baskets : CarterModule
{
    public Baskets() : base("/api/baskets") { }
    public override void AddRoutes(IEndpointRouteBuilder app) { app.MapGet("/{id}", Find); }
    static int Find(int id) => id;
}
[Area("Admin")]
[Route("[area]/[controller]")]
public class UsersController : ControllerBase
{
    [HttpGet] public IActionResult List() => Ok();
}
public class Save : Endpoint<Order>
{
    public override void Configure() { Verbs(Http.POST, Http.PUT); Routes("/save"); }
    public override Task HandleAsync(Order o, CancellationToken ct) => Task.CompletedTask;
}
public class Chat : Hub<IChat> { public Task Send(string text) => null; Task Inner() => null; }
public class Jobs
{
    [Function("ProcessOrder")] public Task Process(string text) => null;
    void Configure()
    {
        bus.ReceiveEndpoint("orders", e => { e.ConfigureConsumer<OrderConsumer>(context); });
        processor.ProcessMessageAsync += Handle;
        client.CreateProcessor("payments");
    }
    Task Handle(ProcessMessageEventArgs args) => null;
}
`,
      {
        routes: [
          'GET /api/baskets/{id} → Baskets.Find @6',
          'GET /Admin/Users → UsersController.List @12',
          'POST /save → Save.HandleAsync @17',
          'PUT /save → Save.HandleAsync @17',
        ],
        rpcs: ['server Chat/Send → Chat.Send @19'],
        messages: [
          'consumer azure_functions ProcessOrder → Jobs.Process @22',
          "consumer masstransit orders → 'OrderConsumer.Consume'",
          'consumer servicebus payments → Jobs.Handle @29',
        ],
      },
    ));
});
