-- The shelves that every marketplace starts with: publishing needs them, so they are part of the schema, not of the demo.

insert into catalog.categories (slug, name, icon, color, description, display_order)
values
  ('developer-tools', 'Developer tools', 'code-xml', 'indigo', 'Editors, repositories, code execution, API tooling, testing and debugging.', 10),
  ('databases', 'Databases', 'database', 'emerald', 'Relational, document, graph, vector and time-series stores, and caches.', 20),
  ('ai-and-agents', 'AI and agents', 'bot', 'violet', 'Models, agent frameworks, memory, retrieval and evaluation.', 30),
  ('mcp-tooling', 'MCP tooling', 'plug', 'fuchsia', 'Frameworks, gateways, installers, inspectors and directories for MCP itself.', 40),
  ('search-and-web', 'Search and web', 'globe', 'sky', 'Web search, news, crawling, scraping and fetching.', 50),
  ('browser-automation', 'Browser automation', 'app-window', 'cyan', 'Driving real browsers and mobile screens.', 60),
  ('cloud-and-devops', 'Cloud and DevOps', 'cloud', 'sky', 'Cloud platforms, containers, orchestration, delivery and observability.', 70),
  ('data-and-analytics', 'Data and analytics', 'chart-column', 'teal', 'Warehouses, pipelines, open data, charts and product analytics.', 80),
  ('productivity', 'Productivity', 'list-checks', 'amber', 'Tasks, projects, calendars, spreadsheets, documents and automation.', 90),
  ('knowledge-and-docs', 'Knowledge and docs', 'book-open', 'lime', 'Notes, wikis, content management, document conversion and enterprise search.', 100),
  ('communication', 'Communication', 'message-circle', 'rose', 'Email, chat, messengers, meetings, notifications and social networks.', 110),
  ('business-and-marketing', 'Business and marketing', 'briefcase-business', 'orange', 'CRM, customer support, commerce, feedback and marketing.', 120),
  ('finance-and-crypto', 'Finance and crypto', 'coins', 'amber', 'Markets, payments, accounting, trading and blockchains.', 130),
  ('design-and-media', 'Design and media', 'palette', 'orange', 'Images, 3D, audio, video, game engines and interface design.', 140),
  ('security', 'Security', 'shield-check', 'rose', 'Scanning, threat intelligence, identity and access.', 150),
  ('files-and-devices', 'Files and devices', 'hard-drive', 'slate', 'File systems, shells, desktops, phones, homes and hardware.', 160),
  ('science-and-education', 'Science and education', 'graduation-cap', 'indigo', 'Research, mathematics, medicine, museums and learning.', 170),
  ('maps-and-travel', 'Maps, travel and weather', 'map-pin', 'teal', 'Places, trips, transport, geodata and forecasts.', 180),
  ('games-and-sports', 'Games and sports', 'trophy', 'lime', 'Game data, leagues, training and entertainment.', 190),
  ('other', 'Other', 'package', 'slate', 'What fits nowhere else.', 900)
on conflict (slug) do update set
  name = excluded.name, icon = excluded.icon, color = excluded.color,
  description = excluded.description, display_order = excluded.display_order;
