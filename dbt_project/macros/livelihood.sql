{# What people mainly live of, from AKM's socio13, after the groups of Statistics Denmark. #}
{% macro livelihood(socio13) -%}
    case
        when {{ socio13 }} between 110 and 120
        then 'self_employed'
        when {{ socio13 }} between 131 and 139
        then 'employed'
        when {{ socio13 }} = 210
        then 'unemployed'
        when {{ socio13 }} = 310
        then 'student'
        when {{ socio13 }} in (322, 323)
        then 'pensioner'
        when {{ socio13 }} in (220, 321, 330)
        then 'outside_labour_force'
        when {{ socio13 }} = 410
        then 'other'
        when {{ socio13 }} = 410
        then 'other'
        when {{ socio13 }} is not null
        then 'unknown'
    end
{%- endmacro %}
