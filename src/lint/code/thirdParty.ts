/**
 * Who answers at an address: a service of the same system, a vendor or the cloud, some host on the internet (which is
 * nearly always somebody else's), or nobody can tell.
 */
export type Destination = 'own' | 'third-party' | 'public' | 'unknown';

/** Names without a dot, loopback, private networks and the suffixes of clusters and home networks. */
const OWN_HOST =
  /^(localhost|[a-z0-9_-]+|(.+\.)?(svc|local|internal|lan|cluster\.local|localdomain|consul|test)|.+\.svc\..+|127(\.\d+){3}|0\.0\.0\.0|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[?::1\]?)$/i;

/** Domains of more than two letters at which services are usually found. */
const TOP_DOMAINS =
  /^(com|org|net|edu|gov|mil|int|info|biz|dev|app|cloud|xyz|tech|site|online|store|shop|blog|page|run|sh|pro|name|live|news|wiki|world|zone|space|website|systems|network|services|solutions|software|digital|agency|academy|finance|money|health|games?|media|social|tools|studio|design|team|group|global|company|center|email|host|link|click|top|club|vip|fun|art|bot|chat|codes?|computer|domains|engineer|exchange|express|foundation|land|legal|market|mobi|partners|plus|press|rocks|science|security|support|tel|today|travel|university|ventures|video|works|example|invalid)$/;

/** The clouds' metadata services, which lie on addresses that look like one's own. */
const METADATA_HOST = /^(169\.254\.169\.254|169\.254\.170\.2|metadata(\.google\.internal)?|100\.100\.100\.200)$/i;

/** Domains that are examples: the real one is set elsewhere. */
const EXAMPLE_HOST = /(^|\.)(example\.(com|org|net)|example|invalid)$/i;

const VENDOR_DOMAINS =
  /(^|\.)(amazonaws\.com|aws\.amazon\.com|googleapis\.com|google\.com|gstatic\.com|gcr\.io|azure\.com|azure\.net|windows\.net|microsoft\.com|microsoftonline\.com|office\.com|github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|atlassian\.(com|net)|slack\.com|discord(app)?\.com|telegram\.org|twilio\.com|sendgrid\.(com|net)|mailgun\.net|stripe\.com|paypal\.com|braintreegateway\.com|shopify\.com|openai\.com|anthropic\.com|cohere\.(ai|com)|mistral\.ai|groq\.com|openrouter\.ai|huggingface\.co|x\.ai|deepseek\.com|auth0\.com|okta(preview)?\.com|sentry\.io|datadoghq\.(com|eu)|newrelic\.com|honeycomb\.io|grafana\.net|pagerduty\.com|opsgenie\.com|statuspage\.io|segment\.(com|io)|mixpanel\.com|amplitude\.com|posthog\.com|cloudflare\.com|fastly\.com|docker\.(com|io)|npmjs\.(com|org)|pypi\.org|pythonhosted\.org|facebook\.com|instagram\.com|twitter\.com|x\.com|linkedin\.com|reddit\.com|youtube\.com|apple\.com|salesforce\.com|hubspot\.com|zendesk\.com|notion\.(so|com)|linear\.app|wikipedia\.org|arxiv\.org|openweathermap\.org|pinecone\.io|algolia\.net|intercom\.io|ipify\.org|ipinfo\.io|let-?sencrypt\.org)$/i;

/** Words in the names of variables and settings that say whose address they hold. */
const VENDOR_WORDS =
  /^(github|gitlab|bitbucket|atlassian|jira|confluence|slack|discord|telegram|mattermost|rocketchat|whatsapp|twilio|sendgrid|mailgun|postmark|stripe|paypal|shopify|openai|anthropic|claude|gemini|vertex|cohere|mistral|groq|openrouter|huggingface|ollama|deepseek|google|gcs|azure|aws|amazon|s3|auth0|okta|cognito|oauth|oauth2|oidc|jwks|saml|sentry|datadog|newrelic|honeycomb|grafana|prometheus|loki|tempo|jaeger|otlp|pagerduty|opsgenie|segment|mixpanel|posthog|cloudflare|npm|pypi|dockerhub|facebook|instagram|twitter|linkedin|reddit|youtube|salesforce|hubspot|zendesk|notion|webhook|webhooks|metadata|istio|envoy|dapr|vault|keycloak|kubernetes|k8s|docker|tavily|serper|wikipedia|arxiv|openweathermap|weatherapi|pinecone|algolia|recaptcha|turnstile|hcaptcha|coingecko|binance|bybit|okx|kraken|kucoin|bitget|bitfinex|bitstamp|deribit|coinbase|yahoo|finnhub|polygon|alphavantage|horizon|soroban|stellar|solana|etherscan|infura|tokenlist|airtable|nocodb|baserow|langfuse|langsmith|braintrust|arize|libretranslate|meilisearch|typesense|influxdb|metabase|jenkins|sonarqube|artifactory|spire|spiffe|launchdarkly|amplitude|helicone|perplexity|elevenlabs|deepgram|assemblyai|voyageai|watsonx|sagemaker|mapbox|asana|intercom|freshdesk|mailchimp|klaviyo|brevo|plivo|vonage|messagebird|adyen|mollie|klarna|razorpay|plaid|braintree|mercadopago|paystack|flutterwave|midtrans|xendit|vnpay|zalopay|quickbooks|xero|docusign|fcm|apns|firebase|netlify|heroku|digitalocean|argocd|snyk|kubecost|cloudinary|imgur|giphy|unsplash|pexels|tmdb|omdb)$/i;

const VENDOR_PATH =
  /\/(chat\/completions|v1\/(messages|completions|embeddings|responses)|api\/(generate|tags|embeddings)|oauth2?\/(token|authorize|revoke)|oauth2?\/v\d|\.well-known\/|protocol\/openid-connect|openid\/connect|connect\/token|userinfo|jwks)(?![\w-])|:generateContent|:streamGenerateContent/i;

/** Whether a path is one of the interfaces of model providers or identity providers, nearly always somebody else's. */
export function isVendorPath(path: string): boolean {
  return VENDOR_PATH.test(path);
}

/** Who answers at `https://host/…`, or at a constant beginning of it; unknown where it has no host. */
export function destinationOfUrl(url: string): Destination {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]+)/i.exec(url.trim())?.[1];
  if (host === undefined) return 'unknown';
  return /^http:/i.test(url.trim()) && isServiceInNamespace(host) ? 'own' : destinationOfHost(host);
}

/** `http://executor.fission`: a service of Kubernetes with its namespace, whose name is no domain of the internet. */
function isServiceInNamespace(host: string): boolean {
  const [, namespace] = /^[a-z][a-z0-9-]*\.([a-z][a-z0-9-]{2,})$/.exec(host) ?? [];
  return namespace !== undefined && !TOP_DOMAINS.test(namespace);
}

/** Who answers at a host. */
export function destinationOfHost(host: string): Destination {
  if (METADATA_HOST.test(host)) return 'third-party';
  if (/[{}$<>%]/.test(host) || EXAMPLE_HOST.test(host)) return 'unknown';
  if (OWN_HOST.test(host)) return 'own';
  if (VENDOR_DOMAINS.test(host)) return 'third-party';
  return /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}$/i.test(host) ? 'public' : 'unknown';
}

/** Who answers at a text that is, or ends, nothing but a host with a domain of the internet: `api.acme.io`, `.acme.com`. */
export function destinationOfHostIn(text: string): Destination {
  const [, name = '', top = ''] = /^([\w-]*(?:\.[\w-]+)*)\.([a-z]{2,})(?::\d+)?$/i.exec(text.trim()) ?? [];
  // Two letters are a country or the end of a file's name.
  const isDomain = TOP_DOMAINS.test(top) || (top.length === 2 && name.split('.').filter(Boolean).length > 1);
  return isDomain ? destinationOfHost(`${name.startsWith('.') || name === '' ? 'any' : ''}${name}.${top}`) : 'unknown';
}

/** What the name of a variable, setting or environment variable says: `GITHUB_API_URL` is a vendor's; else unknown. */
export function destinationOfName(name: string): Destination {
  return vendorsIn(name).length > 0 ? 'third-party' : 'unknown';
}

/** The vendors that a name names, in lower case, also where their own name is written as two words: `mercado_pago`, `PayPal`. */
export function vendorsIn(name: string): readonly string[] {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/);
  const pairs = words.slice(1).map((word, index) => words[index]! + word);
  return [...words, ...pairs].filter((word) => VENDOR_WORDS.test(word)).map((word) => word.toLowerCase());
}

/** Calls there need no trace context: nobody of this system would continue the trace. */
export function isForeign(destination: Destination): boolean {
  return destination === 'third-party' || destination === 'public';
}
