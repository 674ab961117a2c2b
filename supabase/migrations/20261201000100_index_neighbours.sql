-- souk: no transaction
-- What else there is of a package's category, the same kind first. What a broken attempt left goes first.
drop index concurrently if exists catalog.catalog_rows_of_category;
create index concurrently catalog_rows_of_category
  on catalog.marketplace_catalog_rows (category_slug, kind, hot_score desc, handle);
