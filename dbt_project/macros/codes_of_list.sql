{#
    Which codes of a column begin as a code list says: one row per distinct code and row of the list. Matching the
    distinct codes first keeps every later join one of equal codes.
#}
{% macro codes_of_list(relation, column, code_list) -%}
    select found.{{ column }} as code, listed.*
    from (select distinct {{ column }} from {{ relation }}) as found
    inner join {{ code_list }} as listed on found.{{ column }} like listed.code_prefix || '%'
{%- endmacro %}
