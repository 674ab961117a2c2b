-- souk: no transaction
-- Publishing and opening stores go on meanwhile. What a broken attempt left goes first: it would count as there and serve nobody.

-- By when packages came instead of when they changed, which every publish does: their rows can be written in place now.
-- Lists are in other orders and read the listing index.
drop index concurrently if exists catalog.packages_of_category;
create index concurrently packages_of_category on catalog.packages (category_id, created_at desc)
  where is_available and status = 'approved';
drop index concurrently if exists catalog.packages_listed_by_category;

-- For opening a store, which looks for addresses that look alike.
drop index concurrently if exists catalog.stores_by_skeleton;
create index concurrently stores_by_skeleton on catalog.stores (catalog.name_skeleton(slug));
