-- What a maintainer may publish under, they may depend on and name as what to use instead, though nobody else sees it yet.

do $$
declare
  v_function regprocedure;
  v_source text;
  v_asking text;
begin
  -- Only that expression changes; the rest of the functions is whatever their newest text is.
  foreach v_function in array array['catalog.add_dependencies(uuid, jsonb)',
    'catalog.check_use_instead(text, text, text)']::regprocedure[]
  loop
    v_source := pg_get_functiondef(v_function);
    v_asking := replace(v_source, 'catalog.owns_store(p.store_id)', 'catalog.may_publish(p.namespace_id)');
    if v_asking = v_source then
      raise exception '% does not ask whose the store is', v_function;
    end if;
    execute v_asking;
  end loop;
end
$$;
