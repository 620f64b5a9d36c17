import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import { destinationOfHostIn, destinationOfUrl, isForeign, vendorsIn } from '../code/thirdParty';
import { ownerOf } from '../code/program';
import { rootOf } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import { calledName, type GoUnit } from './goUnit';
import { outermost } from './relevance';
import { lookUp } from './values/scope';
import type { Value, Values } from './values/values';

const MAX_STEPS = 60;
/** How many parameters on the way may be asked of each of their callers by itself, and of how many callers. */
const MAX_CHOICES = 2;
const MAX_CALLERS = 32;
/** Folders and files of what sends telemetry, tells others' services, or asks for what users link to. */
const FOREIGN_PLACE =
  /(^|\/)(exporters?|telemetry|otlp|metrics|pusher|webhooks?|notifiers?|notifications?|integrations?|third_?party|vendors?|analytics|unfurl|crawler|scraper|tracedb|tracestore|usage_?(metrics|stats)|phone_?home|dns|bdns|oidc|\w*oauth2?|opencloudmesh|federat(ion|ed)|jwks|identitytoken|\w*imagepull\w*)(\/|\.go$)|\/auth\/(.*\/)?discovery/i;
/** Places that tell somebody, who may be of the own system. */
const NOTIFIES = /(^|\/)(?:notifiers?|notifications?)(\/|\.go$)/gi;
const PRODUCES = /\bWithSpanKind\(\s*\w+\.SpanKindProducer\s*\)/;
const TRACES_ITSELF = /\bStart\(ctx,\s*"(?![^]*(\botlp|\bptrace\b|ReadOnlySpan))/;
const FOREIGN_HOLDER =
  /^sts|(?<!v)llm|modeldiscover|tokenexchange|metrics_?(collect|ingest)|collector|otlp|telemetry|webhook|push_?notif|exporter|scraper|crawler|updatecheck|license|debuginfod|^osv|^(kev|nvd|epss)(?![a-z])|^scim(?!server)|^rekor|vuln\w*(db|check)|pkgdb|go_?proxy|pypi/i;
/** Names that say that an address is set for the process. */
const SETTING =
  /base|api|service|server|svc|host|addr|endpoint|upstream|backend|gateway|domain|root|config|cfg|conf|setting|option|opts|env|ur[il]s?$|target|port/i;
const CLOUD = /instance|ec2|ecs|gc[ep]|cloud|compute|imds|aws|azure/i;
/** Documents at well-known places of hosts that are found out, and names of what is never one's own: what gives out tokens, runs the process, or is linked to in somebody's page. */
const WELL_KNOWN = /\/\.well-known\//;
const FOREIGN_SETTING =
  /^(sts|licen[sc]e|telemetry|collector|otlp)_?(url|uri|endpoint|host|addr)|^(\w*_)?token_?(url|uri|endpoint)$|^(aws_?)?(lambda_?)?runtime_?api$|^href$/i;
/** What holds settings, by its name. */
const OF_SETTINGS = /cfg|conf|setting|option|opts|env|ur[il]s?$|addr|endpoint|host/i;
/** Fields that keep where services are: `usersURL`, `host`, `baseAddr`. */
const HOLDS_ADDRESS = /(ur[il]s?|host|addr(ess)?|endpoint)$/i;
/** Members that are addresses and say no more than that. */
const ONLY_ADDRESS = /^(base|api|server|service)?_?(ur[il]|host|addr(ess)?|endpoint|domain|origin)$/i;
/** Types of what is set for the process. */
const CONFIGURATION = /(config|configuration|settings)$/i;
/** `call.Service.URL`: what is called a service has an address of one. */
const OF_SERVICE = /\.(service|svc|upstream|backend)$/i;
/** Addresses of object stores that give access by a signature. */
const SIGNED = /signed_?url|pre_?sign/i;
const READS_SETTING = /^(Getenv|LookupEnv|MustGetenv|GetEnv|GetString|MustGetString|String|Env|EnvOr\w*|GetEnv\w*)$/;

const SETS_HOST = /\.Host\s*=[^=]/;

type Kind = 'foreign' | 'own' | 'unknown';

/** Tells requests to others' services, which continue no trace of ours, from those to the own system. */
export class Destinations {
  private readonly module: string;

  constructor(
    private readonly unit: GoUnit,
    private readonly values: Values,
  ) {
    // Where it is kept is not what it is called.
    this.module = unit.code.unit.manifest.text.toLowerCase().replace(/\b(github|gitlab|bitbucket)\.(com|org)\//, '');
  }

  /** Whether a request to this address, made in this function, surely leaves the own system. */
  isForeign(url: Value | undefined, source: SourceCode, fn: CodeFunction): boolean {
    return this.isForeignPlace(source, fn) || (url !== undefined && this.kindOf(url) === 'foreign');
  }

  /** Whether it may well stay in the own system: the address is constant or a setting, not what some data says. */
  isOwn(url: Value | undefined, source: SourceCode, fn: CodeFunction): boolean {
    return !this.isForeignPlace(source, fn) && (url === undefined || this.kindOf(url) === 'own');
  }

  /** Whether the name of a client says that it asks others. */
  isForeignHolder(name: string): boolean {
    return FOREIGN_HOLDER.test(name) || this.isForeignName(name);
  }

  private isForeignPlace(source: SourceCode, fn: CodeFunction): boolean {
    const path = source.file.relative;
    const around = outermost(source, fn);
    // What exports the product's own data is traced; what exports telemetry is not.
    const told = source.has(TRACES_ITSELF) ? path.replace(/\/exporter\.go$/, '') : path;
    // A span of kind producer says that who is told goes on with the trace.
    const producing = PRODUCES.test(source.textOf(around));
    if (FOREIGN_PLACE.test(producing ? told.replace(NOTIFIES, '$1-$2') : told)) return true;
    // Who gives out a token is asked with it.
    if (around.parameters.some(({ type }) => /^\*?oauth2\.Token$/.test(type ?? ''))) return true;
    const [file = '', folder = ''] = source.file.relative.replace(/\.go$/, '').split('/').reverse();
    const isExporter = file === 'exporter' && source.has(TRACES_ITSELF);
    // Folders and files have no capitals to tell words by: `githubclient`.
    const apart = (name: string): string => name.replace(/([a-z]{4})(clients?|api|sdk)$/, '$1_$2');
    const names = [around.name, ownerOf(source, around) ?? '', apart(file), apart(folder)].map((name) =>
      isExporter ? name.replace(/exporter/gi, '') : name,
    );
    // The clouds' metadata is meant where the name says so; a folder `metadata` may hold anything.
    return names.some((name) => this.isForeignHolder(CLOUD.test(name) ? name : name.replace(/metadata/gi, '')));
  }

  private kindOf(url: Value, seen = new Set<Expression>(), levels = MAX_CHOICES): Kind {
    const pending: Value[] = [url];
    let kind: Kind = 'unknown';
    for (let at = pending.shift(); at !== undefined && seen.size < MAX_STEPS; at = pending.shift()) {
      if (seen.has(at.expression)) continue;
      seen.add(at.expression);
      const given = levels > 0 ? this.givenByCallers(at) : undefined;
      const { says, next } = given === undefined ? this.look(at) : this.lookAtAll(at, given, seen, levels - 1);
      if (says === 'foreign') return 'foreign';
      if (says === 'own') kind = 'own';
      pending.push(...next);
    }
    return kind;
  }

  /** What several callers give for a parameter: `NewClient(cfg.OrdersURL)` here and `NewClient(mapsURL)` there. */
  private givenByCallers(at: Value): readonly Value[] | undefined {
    const { source, function: fn, expression } = at;
    const binding = expression.kind === 'name' ? lookUp(this.unit.packages, source, fn, expression.name) : undefined;
    if (binding?.kind !== 'parameter') return undefined;
    const given = this.values.origins(at)?.values ?? [];
    return given.length > 1 && given.length <= MAX_CALLERS ? given : undefined;
  }

  /** What is asked for one's own service is asked of others too by the same code: one that surely stays here is enough. */
  private lookAtAll(
    at: Value,
    given: readonly Value[],
    seen: ReadonlySet<Expression>,
    levels: number,
  ): { readonly says: Kind; readonly next: readonly Value[] } {
    const own = this.saysOfName(at);
    if (own === 'foreign') return { says: own, next: [] };
    const kinds = given.map((one) => this.kindOf(one, new Set(seen), levels));
    const says = kinds.includes('own') ? 'own' : kinds.includes('foreign') ? 'foreign' : own;
    return { says, next: [] };
  }

  private look(at: Value): { readonly says: Kind; readonly next: readonly Value[] } {
    const { expression } = at;
    const part = (one: Expression): Value => ({ ...at, expression: one });
    switch (expression.kind) {
      case 'text': {
        const text = expression.value ?? expression.pieces[0] ?? '';
        if (WELL_KNOWN.test(text)) return { says: 'foreign', next: [] };
        const says = text.includes('://') ? destinationOfUrl(text) : destinationOfHostIn(text);
        return { says: says === 'own' ? 'own' : isForeign(says) ? 'foreign' : 'unknown', next: [] };
      }
      case 'name':
      case 'member': {
        const next = [...(this.values.origins(at)?.values ?? []), ...this.ranged(at), ...this.hostsOf(at)];
        return { says: this.saysOfName(at), next };
      }
      case 'object': {
        // `url.URL{Scheme: "http", Host: net.JoinHostPort(c.host, port)}`
        const isUrl = expression.type !== undefined && /^(\w*url)\.URL$/.test(expression.type);
        const host = isUrl ? expression.entries.find(({ key }) => key === 'Host') : undefined;
        return { says: 'unknown', next: host === undefined ? [] : [part(host.value)] };
      }
      case 'binary': {
        const { left, right } = expression;
        // `"http://" + addr`: the host follows.
        const isScheme = left.kind === 'text' && /:\/\/$/.test(left.value ?? '');
        // `account + ".example.com"`: so ends a host.
        const ends = right.kind === 'text' && /^\.[a-z]/i.test(right.value ?? '');
        return { says: 'unknown', next: [part(left), ...(isScheme || ends ? [part(right)] : [])] };
      }
      case 'call': {
        const origins = this.values.origins(at);
        const object = expression.callee.kind === 'member' ? expression.callee.object : undefined;
        const given = expression.args.slice(0, 3).map((argument) => argument.value);
        if (SIGNED.test(calledName(expression) ?? '')) return { says: 'foreign', next: [] };
        const receiver = object === undefined ? [] : [object];
        // `s.dispatcher.URLFor(id)`, `h.service.User(id).Avatar`: whom what gives out addresses is made with, or that it is a
        // service of its own, says nothing of the one that it gives.
        if (object?.kind === 'member' && !OF_SETTINGS.test(object.name) && this.isOwnObject(part(object))) {
          if (this.isForeignName(object.name) || FOREIGN_SETTING.test(object.name))
            return { says: 'foreign', next: [] };
          receiver.pop();
        }
        const says = READS_SETTING.test(calledName(expression) ?? '') && given.length > 0 ? 'own' : 'unknown';
        const returned = origins !== undefined && !origins.open ? origins.values : [];
        return {
          says,
          next: [...returned, ...this.heldFunctions(at, expression), ...[...receiver, ...given].map(part)],
        };
      }
      case 'unary':
      case 'cast':
        return { says: 'unknown', next: [part(expression.value)] };
      default:
        return { says: 'unknown', next: [] };
    }
  }

  /** A value of a type of the own repository. */
  private isOwnObject({ source, function: fn, expression }: Value): boolean {
    const type = this.unit.types.typeOf(source, fn, expression);
    return (
      type !== undefined && (this.unit.types.declarationOf(type) !== undefined || this.unit.isOfRepository(type.from))
    );
  }

  /** What a name or a member's name says of an address. */
  private saysOfName(at: Value): Kind {
    const { expression } = at;
    if (expression.kind !== 'name' && expression.kind !== 'member') return 'unknown';
    if (this.isForeignName(expression.name) || FOREIGN_SETTING.test(expression.name)) return 'foreign';
    if (expression.kind === 'member' && ONLY_ADDRESS.test(expression.name) && this.isOfVendor(at, expression.object))
      return 'foreign';
    return this.isSetting(at) ? 'own' : 'unknown';
  }

  /** `cfg.Providers.CoinGecko.BaseURL`: whose address it is says what holds it. */
  private isOfVendor({ source, function: fn }: Value, object: Expression): boolean {
    const type = this.unit.types.typeOf(source, fn, object)?.name ?? '';
    const held = object.kind === 'member' ? object.name : '';
    return [held, CONFIGURATION.test(type) ? type : ''].some((name) =>
      this.isForeignName(name.replace(/metadata/gi, '')),
    );
  }

  /** `n.songsURL(station)` with functions that the field holds: the same call of each of them. */
  private heldFunctions(at: Value, call: Call): Value[] {
    if (call.callee.kind !== 'member') return [];
    const held = this.values.origins({ ...at, expression: call.callee })?.values ?? [];
    return held.flatMap((one) => {
      const callee = this.unit.types.calleeOfName(one.source, one.function, one.expression);
      return callee?.kind === 'own' ? [{ ...one, expression: { ...call, callee: one.expression } }] : [];
    });
  }

  /** `u.Host = c.host`, where the address is put together piece by piece. */
  private hostsOf({ source, function: fn, expression }: Value): Value[] {
    if (expression.kind !== 'name' || !source.has(SETS_HOST)) return [];
    return this.values
      .assignedMembers('Host')
      .filter(
        ({ value, target }) =>
          value.source === source &&
          outermost(source, value.function) === outermost(source, fn) &&
          target.object.kind === 'name' &&
          target.object.name === expression.name &&
          this.unit.types.typeOf(source, value.function, target.object)?.qualified === 'net/url.URL',
      )
      .map(({ value }) => value);
  }

  /** What a variable runs over: `for _, url := range cfg.Peers`. */
  private ranged({ source, function: fn, expression }: Value): Value[] {
    const binding = expression.kind === 'name' ? lookUp(this.unit.packages, source, fn, expression.name) : undefined;
    if (binding?.kind !== 'variable') return [];
    return binding.assigned.flatMap(({ value, ranged, function: from }) =>
      ranged === undefined || value === undefined ? [] : [{ source, function: from, expression: value }],
    );
  }

  /** A field of a client or configuration, a package's variable, or a name that says so. */
  private isSetting({ source, function: fn, expression }: Value): boolean {
    if (expression.kind === 'member') {
      const holder = this.unit.types.typeOf(source, fn, expression.object)?.name;
      if (holder !== undefined && CONFIGURATION.test(holder)) return true;
      if (!SETTING.test(expression.name)) return false;
      const root = rootOf(expression);
      if (root.kind !== 'name') return false;
      const object = source.textOf(expression.object);
      if (/\b(cfg|conf|config|opts?|options|settings|env)\b/i.test(object) || OF_SERVICE.test(object)) return true;
      const binding = lookUp(this.unit.packages, source, fn, root.name);
      return (
        binding?.kind === 'receiver' || binding?.kind === 'import' || /cfg|conf|opt|setting|env|client/i.test(root.name)
      );
    }
    if (expression.kind !== 'name') return false;
    const binding = lookUp(this.unit.packages, source, fn, expression.name);
    if (binding?.kind === 'global') return true;
    if (binding?.kind !== 'parameter') return false;
    if (/base|service|server|svc|host|addr|endpoint|upstream|backend|gateway|root/i.test(expression.name)) return true;
    return /ur[il]/i.test(expression.name) && this.isOfHolder(source, binding.function, binding.index);
  }

  /**
   * `func (s *sdk) send(method, reqURL string)` whose callers are not among the files, where what it belongs to is made with
   * the addresses of services and of nobody else: `type sdk struct { usersURL, ordersURL string; … }`.
   */
  private isOfHolder(source: SourceCode, fn: CodeFunction, index: number): boolean {
    const owner = ownerOf(source, fn);
    const type = owner === undefined ? undefined : this.unit.packages.of(source).types.get(owner)?.type;
    const addresses = (type?.fields ?? []).filter(({ name }) => HOLDS_ADDRESS.test(name));
    if (addresses.length === 0 || addresses.some(({ name }) => this.isForeignName(name))) return false;
    return this.values.argumentsOf({ source, function: fn }, index).values.length === 0;
  }

  /** What the module itself is called is no stranger to it: Grafana's own tools call Grafana. */
  private isForeignName(name: string): boolean {
    return vendorsIn(name).some((vendor) => !this.module.includes(vendor));
  }
}
