/**
 * Owns which category and topics an imported MCP server gets, from the words of its names and description. The word
 * lists were written against the real entries; they must not read anything but text.
 */

type Words = readonly string[]

/** In order of preference when scores tie. A word counts three times in a name and once in a description. */
const CATEGORY_WORDS: readonly (readonly [string, Words])[] = [
  [
    'security',
    list(
      'semgrep snyk malwarebazaar opencti bicscan attestable attestation eunomia okta keycloak descope; malware; threat intel; vulnerabilities; vulnerability; identity',
    ),
  ],
  [
    'games-and-sports',
    list(
      'chess opendota riot tft nba fpl cfbd cfb strava soccer football league dota fantasy ticketmaster tmdb starcraft; premier league; league of legends',
    ),
  ],
  [
    'maps-and-travel',
    list(
      'airbnb amadeus flightradar24 nationalparks travel traveler traveller railways openweather weather qgis osm flight; google maps; train travel; national parks; ns mcp',
    ),
  ],
  [
    'science-and-education',
    list(
      'arxiv dblp scholarly pubchem nasa dicom anki edubase rember wikidata solver calculator calculating rijksmuseum academic bibliography chemistry museum artwork e-learning; constraint optimization',
    ),
  ],
  [
    'finance-and-crypto',
    list(
      'crypto cryptocurrency cryptopanic feargreed onchain bankless blockchain solana ethereum evm bnb bnbchain bsc uniswap pancakeswap jupiter hyperliquid paradex freqtrade metatrader dune thegraph goat edwin defai algorand usdc erc-20 token-minter token-revoke whale coin coinmarketcap coinbase stripe paddle chargebee ramp xero ynab ynabmcpserver adfin fewsats billing subscription subscriptions payments finance financial stock market alphavantage octagon morningstar nasdaq sec-edgar edgar fdic mifosx fred thirdweb unifai heurist trading bank stocks economic wallet; token swaps; federal reserve; fear & greed; market data',
    ),
  ],
  [
    'mcp-tooling',
    list(
      'awesome awesome-crypto-mcp-servers badkk mcpm mcpm.sh mcphub mcp-cli mcp-manager mcp-router mcp-guardian mcp-badges mcp-directory mcp-marketplace mcp-servers-hub fastmcp easy-mcp fastapi_mcp foxy-contexts template-mcp-server codemirror-mcp mcp-compass mcp-create mcp-installer mcp-proxy higress quarkus wanaku oatpp chatmcp mcp-cli inspector klavis integration-app fastn; building mcp servers; collection of; other mcp servers; your own mcp server; mcp servers in; curated list; mcp server features; discover and install; package manager; stdio mcp transports; mcp router; aggregates and serves; mcp integration for; agent-marketplace-index; marketplace',
    ),
  ],
  [
    'browser-automation',
    list(
      'browserbase browser-use playwright puppeteer hyperbrowser selenium stagehand mobile-mcp; control a browser; browse the web; automate browsers; mobile automation; web content; screenshotone; web interaction; phone-mcp',
    ),
  ],
  [
    'design-and-media',
    list(
      'figma blender ableton davinci reaper cloudinary placid elevenlabs spotify youtube video image unity godot shadertoy kicad starwind magic image-gen image-generation imagesorcery videocapture gyazo 3d audio music creatives photos webcam unitymcp unitymcpintegration; game engine; video editing; image generation; comfyui; createveai; frontend',
    ),
  ],
  [
    'databases',
    list(
      'mysql mariadb mssql postgres postgresql sqlite redis mongodb mongo neo4j memgraph milvus qdrant chroma pinecone couchbase clickhouse elasticsearch meilisearch typesense singlestore oceanbase greptimedb influxdb arangodb neon astra iotdb hologres adb-mysql aiven momento fireproof duckdb motherduck teradata database databases lucene gibsonai genai-toolbox xiyan tablestore firebase supabase surreal; vector database; key-value; sql queries; mssql-mcp; mcp-database-server; mcp toolbox',
    ),
  ],
  [
    'data-and-analytics',
    list(
      'atlanhq atlan data-exploration mcp-server-ds mcp-server-data-exploration bigquery snowflake databricks athena keboola tinybird dbt lightdash metabase audiense airflow prefect unitycatalog gravitino vegalite quickchart unomi tianji adx verodat charts chart dataset datasets dataset-viewer analytics world_bank tableau world bank; open data; data explorer; cdp; unity catalog; data catalog; ; business intelligence',
    ),
  ],
  [
    'cloud-and-devops',
    list(
      'aws azure cloudflare kubernetes k8s docker grafana prometheus datadog dynatrace honeycomb logfire metoro axiom raygun heroku pulumi terraform nomad consul konnect kong edgeone edgee circleci bitrise codefresh cloudops s3 tos rabbitmq kafka mikrotik opslevel servicenow observability openshift multicluster cost-explorer alibaba ops github-actions aws-resources bedrock; github actions; cloud; deploying; devops; object storage; azure-mcp; hosting',
    ),
  ],
  [
    'communication',
    list(
      'slack discord telegram whatsapp email gmail mailgun teams line imessage messages twitter x-mcp linkedin pushover ntfy ntfy-me zoom outlook claude-post inbox discourse chatsum room-mcp tweet tweets messaging chat notifications mac_messages_mcp headless-gmail hdw; x mcp; chat messages; py-mcp-line; phone calls',
    ),
  ],
  [
    'business-and-marketing',
    list(
      'hubspot salesforce shopify intercom zendesk productboard marketing metricool crm esignatures osp customer e-commerce devrev holaspirit commerce; product marketing; social media metrics; salesforce-mcp; customer data; digital marketing',
    ),
  ],
  [
    'productivity',
    list(
      'todoist ticktick clickup linear asana jira atlassian monday plane airtable calendar ical gtasks tasks task google-sheets sheets excel excel-mcp-server powerpoint word office goalstory raindrop fibery dart lark bitable kintone make n8n maton xmind mindmap-mcp-server spreadsheet spreadsheets project bookmarks shortcuts google-calendar googlecalendar veyrax; project management; task management; monday.com; workflow automation; dart ai; siri shortcuts; make mcp',
    ),
  ],
  [
    'knowledge-and-docs',
    list(
      'notion obsidian outline onenote notebooks wiki confluence box inkeep glean ragie contentful ghost drupal devhub cms pandoc markdownify kibela needle graphlit rememberizer basic-memory docs documentation document documents knowledge webflow lara translation localization lingo.dev translated doc-qa-server unstructured uns_mcp uns-mcp minima llamacloud vectorize pdf; content management; knowledge management; document format; document q&a; knowledge base; mcp-server-box; ghost cms',
    ),
  ],
  [
    'search-and-web',
    list(
      'mcp-server-rag-web-browser whois naver mcp-server-deep-research search exa tavily kagi perplexity ppl-ai firecrawl apify fetch searxng search1api bing brave google-search websearch crawl crawling scraping scrapling rquest news goodnews agentql oxylabs rag-web-browser dappier vertexai-search openai-websearch; web search; web scraping; search the web; bing-search; http fetching; web data; data extraction',
    ),
  ],
  [
    'ai-and-agents',
    list(
      'phoenix opik langfuse mem0 membase memory cognee deepseek deepseek-thinker qwen qwen_max replicate hfspace huggingface dify langflow ifly zenml wxflows agentrpc agentkit llm-context multi-ai-advisor ifly-workflow chat-mcp app-builder mcp-pif gotohuman rag local-rag langfuse heurist-agent-framework arize llm-app tracing evaluation agentic agents agent reasoning models council prompts llmops mlops pinecone-assistant assistant-mcp aiql-desktop deep-research deepseek_r1; hugging face; ai observability; memory for ai; council of models; llm applications; ai-native; human in the loop; personal intelligence; vertex ai; kokoro',
    ),
  ],
  [
    'files-and-devices',
    list(
      'everything mcp-everything-search mcp-server-everything-search win-cli-mcp-server filesystem terminal terminal-controller iterm iterm-mcp win-cli applescript macos macos-use hyprctl hyprmcp homeassistant hass hass-mcp aranet4 arduino choturobo everything-search phone android ios adb simulator shell robotics device webcam file files siri home-assistant mikrotik; file system; home assistant; command-line; remote-macos; local filesystem; siri shortcuts; search files',
    ),
  ],
  [
    'developer-tools',
    list(
      'llm-context.py openrpc-mpc-server wildfly-mcp git github gitee gitlab jetbrains xcode xcodebuild lldb lsp neovim vscode ide code coding openapi graphql postman jmeter codacy devin e2b riza forevervm sandbox code-sandbox code_executor code-executor code-assistant apimatic any-openapi openapi-schema graphql-schema json simulator-ios-idb deebo debugging debug debugger create-mcp swagger api-lab azure-devops starwind codelogic dependency language-server xcodebuild github-enterprise git-mcp-go mcp_code_executor 21st-dev; code executor; execute python; run code;; api endpoint; ui components; ai-generated code; editor',
    ),
  ],
]

/** Topic tags: `topic:<name>` when any of the words occurs. */
const TOPIC_WORDS: readonly (readonly [string, Words])[] = [
  ['search', list('search websearch search1api searxng; web search')],
  ['web-scraping', list('scraping scrapling crawling crawl firecrawl scrape fetch')],
  ['vector-search', list('vector qdrant pinecone milvus chroma vectorize rag; semantic search')],
  [
    'sql',
    list(
      'sql mysql mariadb mssql postgres postgresql sqlite bigquery snowflake duckdb clickhouse singlestore oceanbase teradata',
    ),
  ],
  ['nosql', list('mongodb mongo redis couchbase elasticsearch firebase neo4j arangodb')],
  ['graph', list('neo4j memgraph arangodb thegraph; semantic graph; knowledge graph')],
  [
    'observability',
    list(
      'observability grafana prometheus datadog dynatrace honeycomb logfire metoro axiom raygun tracing logs metrics monitoring phoenix opik',
    ),
  ],
  ['kubernetes', list('kubernetes k8s openshift multicluster')],
  ['aws', list('aws athena bedrock s3 boto3')],
  ['azure', list('azure adx')],
  ['google', list('google gmail bigquery gtasks firebase youtube')],
  ['github', list('github-actions github-enterprise; github actions')],
  [
    'crypto',
    list(
      'crypto cryptocurrency blockchain solana ethereum evm uniswap defi defai onchain usdc erc-20 bnb algorand coin',
    ),
  ],
  ['trading', list('trading trade stock metatrader freqtrade hyperliquid paradex market')],
  ['payments', list('stripe paddle chargebee payments billing subscription')],
  ['accounting', list('xero ynab ramp accounting')],
  ['crm', list('hubspot salesforce crm intercom')],
  ['email', list('email gmail mailgun inbox')],
  ['messaging', list('slack discord telegram whatsapp teams line imessage messages messaging chat')],
  ['social-media', list('twitter linkedin x-mcp youtube tweet metricool')],
  ['calendar', list('calendar ical googlecalendar google-calendar')],
  ['tasks', list('todoist ticktick clickup linear gtasks task tasks asana monday jira')],
  ['notes', list('notion obsidian onenote notes anki')],
  ['spreadsheets', list('excel sheets spreadsheet spreadsheets airtable')],
  ['documents', list('document documents pdf pandoc markdownify word powerpoint docs')],
  ['memory', list('memory mem0 cognee rememberizer membase')],
  ['image', list('image images figma cloudinary gyazo placid')],
  ['audio', list('audio ableton elevenlabs spotify reaper music')],
  ['video', list('video youtube davinci videocapture')],
  ['3d', list('blender 3d unity godot kicad')],
  [
    'code-execution',
    list('sandbox e2b riza forevervm code_executor code-executor; run code; execute python; executing code'),
  ],
  ['api', list('openapi graphql postman openrpc swagger apimatic')],
  ['browser', list('browser browsers playwright puppeteer browserbase hyperbrowser')],
  ['home-automation', list('homeassistant hass; home assistant')],
  ['weather', list('weather openweather')],
  ['travel', list('travel airbnb amadeus flight flightradar24 railways')],
  ['sports', list('nba football soccer strava fpl cfbd fantasy')],
  ['research', list('academic scholarly dblp bibliography deep-research research')],
  ['news', list('news goodnews cryptopanic')],
  ['security', list('security malware semgrep snyk threat okta keycloak')],
  ['files', list('filesystem files file-system s3')],
]

const CAPABILITY_WORDS: readonly (readonly [string, Words])[] = [
  [
    'web.search',
    list('websearch tavily exa kagi searxng search1api perplexity google-search bing-search; web search'),
  ],
  ['web.fetch', list('fetch firecrawl crawling scraping')],
  ['browser.control', list('playwright puppeteer browserbase browser-use hyperbrowser; control a browser')],
  [
    'database.query',
    list(
      'mysql mariadb mssql postgres postgresql bigquery snowflake clickhouse duckdb mongodb neo4j oceanbase; sql queries',
    ),
  ],
  ['vector.search', list('qdrant pinecone milvus chroma')],
  ['code.execute', list('e2b riza forevervm sandbox code_executor; execute python; run code')],
  ['email.send', list('gmail mailgun email')],
  ['message.send', list('slack discord telegram whatsapp ntfy pushover teams')],
  ['calendar.manage', list('calendar ical')],
  ['task.manage', list('todoist ticktick clickup linear gtasks asana monday')],
  ['kubernetes.manage', list('kubernetes k8s')],
  ['image.generate', list('image-gen image-generation; image generation')],
  ['file.manage', list('filesystem')],
]

export interface Subject {
  /** Owner, repository and package names. */
  names: readonly string[]
  description: string
}

/** The one category of an entry; `other` when no word is known. */
export function classify(subject: Subject): string {
  const { names, description } = haystacks(subject)
  let best = { slug: 'other', score: 0 }
  for (const [slug, words] of CATEGORY_WORDS) {
    const score = words.reduce(
      (sum, word) =>
        sum + (names.includes(` ${word} `) ? 3 : 0) + (description.includes(` ${word} `) ? 1 : 0),
      0,
    )
    if (score > best.score) best = { slug, score }
  }
  return best.slug
}

export function topicsOf(subject: Subject): string[] {
  return matching(TOPIC_WORDS, subject)
}

export function capabilitiesOf(subject: Subject): string[] {
  return matching(CAPABILITY_WORDS, subject)
}

function matching(table: readonly (readonly [string, Words])[], subject: Subject): string[] {
  const { names, description } = haystacks(subject)
  const text = names + description
  return table.filter(([, words]) => words.some((word) => text.includes(` ${word} `))).map(([name]) => name)
}

// Names are searched whole and in pieces, so that "mcp-proxy" and "proxy" can both be words.
function haystacks({ names, description }: Subject): { names: string; description: string } {
  const whole = names.map((name) => name.toLowerCase())
  const pieces = whole.flatMap((name) => [name.split('/').at(-1) ?? name, ...name.split(/[^a-z0-9+#.]+/)])
  return {
    names: ` ${[...whole, ...pieces, whole.map(spaced).join(' ')].join(' ')} `,
    description: ` ${spaced(description.toLowerCase().replaceAll('model context protocol', ''))} `,
  }
}

function spaced(text: string): string {
  return text
    .replace(/[.,:;!?]+(\s|$)/g, ' ')
    .replace(/[^a-z0-9+#.&'-]+/g, ' ')
    .trim()
}

function list(text: string): Words {
  return text
    .split(';')
    .flatMap((part, index) => (index === 0 ? part.trim().split(/\s+/) : [part.trim()]))
    .filter((word) => word !== '')
}
