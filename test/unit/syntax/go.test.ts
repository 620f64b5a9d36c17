import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Go', () => {
  it('names functions, methods with receivers, closures and types', () =>
    expectFacts(
      'a.go',
      `package shop
import (
	"net/http"
	pb "github.com/x/shop/genproto"
	"github.com/go-chi/chi/v5"
)
const (
	Topic = "orders"
	Group string = "g"
)
type Server struct {
	pb.UnimplementedShopServer
	*Base
	client pb.PayClient
}
func (s *Server) Get(ctx context.Context, a, b int) error { return nil }
func (s List[T]) Len() int { return 0 }
func main() {
	helper := func(x int) {}
	go func() { otel.Tracer("t").Start(ctx, "anonymous") }()
}
`,
      {
        functions: [
          'Server.Get @16(ctx, a, b) 16-16',
          'List.Len @17() 17-17',
          'main @18() 18-21',
          'main.helper @19(x) 19-19',
          'main.(anonymous) @20() 20-20',
        ],
        types: ['Server : pb.UnimplementedShopServer, Base'],
        constants: ['Topic = orders', 'Group = g'],
        imports: ['net/http: * as http', 'github.com/x/shop/genproto: * as pb', 'github.com/go-chi/chi/v5: * as chi'],
      },
    ));

  it('spans', () =>
    expectFacts(
      'a.go',
      `package shop
const name = "orders.query"
var tracer = otel.Tracer("shop/orders")
func load(ctx context.Context, id string) {
	ctx, span := tracer.Start(ctx, "load", trace.WithSpanKind(trace.SpanKindClient))
	_, child := s.tracer.Start(ctx, fmt.Sprintf("load %s", id))
	_, third := otel.Tracer("inline").Start(ctx, name)
	sp, ctx := opentracing.StartSpanFromContext(ctx, "opened")
	server.Start(ctx, addr)
	trace.SpanFromContext(ctx)
}
func main() { http.ListenAndServe(":80", otelhttp.NewHandler(http.HandlerFunc(serve), "serve-all")) }
func serve(w http.ResponseWriter, r *http.Request) {}
`,
      {
        spans: [
          'load [CLIENT] in load @4',
          'load ${id} in load @4',
          'orders.query in load @4',
          'opened in load @4',
          'serve-all [SERVER] in serve @13',
        ],
        tracerNames: ['shop/orders', 'inline'],
      },
    ));

  it('net/http and wrappers around it', () =>
    expectFacts(
      'a.go',
      `package shop
func (s *Server) routes() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", s.order)
	mux.Handle("POST api.shop.com/orders", http.HandlerFunc(s.create))
	mux.Handle("/all", otelhttp.WithRouteTag("/all", auth(s.order)))
	handleFunc("/rolldice/", rolldice)
	mux.Handle("/v1/", http.StripPrefix("/v1", v1Routes()))
	bus.Handle(ctx, command)
}
func (s *Server) order(w http.ResponseWriter, r *http.Request) {}
func (s *Server) create(w http.ResponseWriter, r *http.Request) {}
func rolldice(w http.ResponseWriter, r *http.Request) {}
`,
      {
        routes: [
          'GET /orders/{id} → Server.order @11',
          'POST /orders → Server.create @12',
          '* /all → Server.order @11',
          '* /rolldice → rolldice @13',
        ],
        mounts: ['mux + /v1/ → v1Routes'],
      },
    ));

  it('gin: groups, nested and passed on', () =>
    expectFacts(
      'a.go',
      `package shop
import "github.com/gin-gonic/gin"
func main() {
	h := handlers.NewOrders(db)
	r := gin.Default()
	api := r.Group("/api", mw())
	v1 := api.Group("/v1")
	{
		v1.GET("/orders/:id", auth, h.Get)
		v1.Any("/ping", func(c *gin.Context) {})
		v1.Handle("PATCH", "/orders", h.Patch)
	}
	users.Register(v1.Group("/users"))
	r.Group("/direct").POST("/x", h.X)
	cache.Get("/key", &value)
}
`,
      {
        routes: [
          "GET /api/v1/orders/:id → 'handlers.Orders.Get'",
          '* /api/v1/ping → main.(anonymous) @10',
          "PATCH /api/v1/orders → 'handlers.Orders.Patch'",
          "POST /direct/x → 'handlers.Orders.X'",
        ],
        mounts: ['v1 + /api/v1/users → users.Register'],
      },
    ));

  it('chi: routes in closures, With, Mount, Method', () =>
    expectFacts(
      'a.go',
      `package shop
import "github.com/go-chi/chi/v5"
func routes() {
	r := chi.NewRouter()
	r.Get("/", index)
	r.Route("/articles", func(r chi.Router) {
		r.With(paginate).Get("/", list)
		r.Route("/{id}", func(r chi.Router) { r.Delete("/", remove) })
		r.Group(func(r chi.Router) { r.Put("/bulk", bulk) })
	})
	r.Mount("/admin", adminRouter())
	r.Method(http.MethodPost, "/m", h)
}
`,
      {
        routes: [
          "GET / → 'index'",
          "GET /articles → 'list'",
          "DELETE /articles/{id} → 'remove'",
          "PUT /articles/bulk → 'bulk'",
          "POST /m → 'h'",
        ],
        mounts: ['r + /admin → adminRouter'],
      },
    ));

  it('gorilla/mux, echo and fiber', async () => {
    await expectFacts(
      'a.go',
      `package shop
import "github.com/gorilla/mux"
func routes(s *Server) {
	r := mux.NewRouter()
	r.HandleFunc("/orders/{id}", s.get).Methods("GET", http.MethodHead)
	sub := r.PathPrefix("/api").Subrouter()
	sub.HandleFunc("/items", items).Methods(http.MethodPost)
	r.Path("/late").Methods("PUT").HandlerFunc(late)
}
func items(w http.ResponseWriter, r *http.Request) {}
`,
      {
        routes: [
          "GET /orders/{id} → 'Server.get'",
          "HEAD /orders/{id} → 'Server.get'",
          'POST /api/items → items @10',
          "PUT /late → 'late'",
        ],
      },
    );
    await expectFacts(
      'b.go',
      `package shop
import "github.com/labstack/echo/v4"
func routes(e *echo.Echo) {
	g := e.Group("/users")
	g.GET("/:id", getUser, middleware.Logger())
	e.Add("POST", "/users", createUser)
}
`,
      { routes: ["GET /users/:id → 'getUser'", "POST /users → 'createUser'"] },
    );
    await expectFacts(
      'c.go',
      `package shop
import "github.com/gofiber/fiber/v2"
func routes(app *fiber.App) {
	api := app.Group("/api")
	api.Get("/books/:id", limiter, getBook)
}
`,
      { routes: ["GET /api/books/:id → 'getBook'"] },
    );
  });

  it('route tables', () =>
    expectFacts(
      'a.go',
      `package shop
var routes = Routes{
	{"Index", "GET", "/", Index},
	Route{Name: "List", Method: http.MethodPost, Pattern: "/list", HandlerFunc: List},
}
func Index(w http.ResponseWriter, r *http.Request) {}
`,
      { routes: ['GET / → Index @6', "POST /list → 'List'"] },
    ));

  it('gRPC and Connect, both sides', () =>
    expectFacts(
      'a.go',
      `package shop
type server struct { pb.UnimplementedOrdersServer; pay pb.PaymentsClient }
func (s *server) Get(ctx context.Context, r *pb.Request) (*pb.Reply, error) {
	s.pay.Charge(ctx, r)
	pb.NewStockClient(conn).Reserve(ctx, r)
	http.NewClient().Get(ctx)
	return nil, nil
}
func (s *server) helper() {}
func (s *server) Start(addr string) error { return nil }
func (s *server) Watch(r *pb.Request, stream pb.Orders_WatchServer) error { return nil }
type other struct{}
func (o *other) Ping(ctx context.Context, r *pb.Request) {}
func main() {
	pb.RegisterPingServiceServer(s, &other{})
	mux.Handle(greetv1connect.NewGreetServiceHandler(&other{}))
}
`,
      {
        rpcs: [
          "server Orders/* → 'server'",
          'server Orders/Get → server.Get @3',
          'client Payments/Charge → server.Get @3',
          'client Stock/Reserve → server.Get @3',
          'server Orders/Watch → server.Watch @11',
          'server PingService/Ping → other.Ping @13',
          'server GreetService/Ping → other.Ping @13',
          "server PingService/* → 'other'",
          "server GreetService/* → 'other'",
        ],
      },
    ));

  it('messages', () =>
    expectFacts(
      'a.go',
      `package shop
import "github.com/IBM/sarama"
const topic = "orders"
func send() {
	msg := sarama.ProducerMessage{Topic: topic, Value: v}
	client.Produce(ctx, &kgo.Record{Topic: "paid"}, nil)
	q, _ := ch.QueueDeclare("mails", true, false, false, false, nil)
	ch.PublishWithContext(ctx, "", q.Name, false, false, p)
}
func listen() {
	group.Consume(ctx, []string{topic}, &handler{})
	reader := kafka.NewReader(kafka.ReaderConfig{Topic: "stock"})
}
func (h *handler) ConsumeClaim(s Session, c Claim) error { return nil }
`,
      {
        messages: [
          'producer kafka orders → send @4',
          'producer kafka paid → send @4',
          'producer rabbitmq mails → send @4',
          'consumer kafka orders → handler.ConsumeClaim @14',
          'consumer kafka stock → handler.ConsumeClaim @14',
        ],
      },
    ));

  it('HTTP calls and service names', () =>
    expectFacts(
      'a.go',
      `package shop
func call(ctx context.Context, id string) {
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://stock/"+id, nil)
	http.Get("http://users/me")
	otelhttp.Get(ctx, url)
}
func setup() {
	resource.New(ctx, resource.WithAttributes(semconv.ServiceName("a"), semconv.ServiceNameKey.String("b")))
	attribute.String("service.name", "c")
	os.Setenv("OTEL_SERVICE_NAME", "d")
	tracing.InitTracer("e", logger)
	tracing.NewAppTracer("github.com/shop/no")
}
`,
      {
        httpCalls: [
          'net/http POST http://stock/${id} in call @2',
          'net/http GET http://users/me in call @2',
          'net/http GET <url> in call @2',
        ],
        serviceNames: ['a', 'b', 'c', 'd', 'e'],
      },
    ));

  it('what other frameworks of Go call: workers, queues, typed APIs', () =>
    expectFacts(
      'work.go',
      `package work
import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/hibiken/asynq"
	"go.temporal.io/sdk/worker"
)
const TypeEmail = "email:deliver"
type Activities struct{}
func Register(w worker.Worker, api huma.API, h *Orders) {
	w.RegisterWorkflow(Transfer)
	w.RegisterActivity(&Activities{})
	w.RegisterActivityWithOptions(Charge, activity.RegisterOptions{Name: "charge-card"})
	tasks := asynq.NewServeMux()
	tasks.HandleFunc(TypeEmail, HandleEmail)
	asynq.NewTask(TypeEmail, nil)
	huma.Get(api, "/orders/{id}", h.Find)
	huma.Register(api, huma.Operation{Method: http.MethodPost, Path: "/orders"}, h.Create)
}
`,
      {
        messages: [
          "consumer temporal_workflow Transfer → 'Transfer'",
          "consumer temporal_activities *temporal → 'Activities'",
          "consumer temporal_activity charge-card → 'Charge'",
          "consumer asynq email:deliver → 'HandleEmail'",
          'producer asynq email:deliver → Register @9',
        ],
        routes: ["GET /orders/{id} → 'Orders.Find'", "POST /orders → 'Orders.Create'"],
      },
    ));

  it('statements where the constant is used, and names put together', () =>
    expectFacts(
      'store.go',
      `package store
const domain = "orders"
func (s *Store) Find(ctx context.Context, id int) {
	ctx, span := tracer.Start(ctx, fmt.Sprintf("%s.find %d", domain, id))
	s.db.QueryRowContext(ctx, findOrder, id)
}
`,
      { spans: ['orders.find ${} in Store.Find @3'] },
    ));
});
