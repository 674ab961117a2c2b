-- Programs trade, too: API tokens that buy, and tokens that sell.

alter table identity.api_tokens drop constraint api_tokens_scopes_check;
alter table identity.api_tokens add constraint api_tokens_scopes_check check (
  cardinality(scopes) > 0
  and scopes <@ array['publish:new', 'publish:update', 'yank', 'read', 'usage:write', 'purchase', 'sell']);
