{#
    Groups of Danish SKS diagnosis codes that the readmission rule leaves out. Danish codes are D, the ICD-10 letter and
    two digits, then up to five characters: a group is told by its first characters.
#}
{# Cancer, and tumours in situ: DC00-DC97, DD00-DD09. #}
{% macro is_cancer(code) -%} ({{ code }} like 'DC%' or {{ code }} like 'DD0%') {%- endmacro %}


{# Birth: DO80, DO81, DO82, DO84 (DO83, assisted birth of another kind, is not on the list). #}
{% macro is_birth(code) -%}
    (substr({{ code }}, 1, 4) in ('DO80', 'DO81', 'DO82', 'DO84'))
{%- endmacro %}


{# Injury, poisoning and external causes: DS, DT1, DT2, DT30-DT35, DT51-DT59, DT6, DT7, DT9, DX, DY. #}
{% macro is_injury_or_poisoning(code) -%}
    (
        substr({{ code }}, 1, 2) in ('DS', 'DX', 'DY')
        or substr({{ code }}, 1, 3) in ('DT1', 'DT2', 'DT6', 'DT7', 'DT9')
        or substr({{ code }}, 1, 4) between 'DT30' and 'DT35'
        or substr({{ code }}, 1, 4) between 'DT51' and 'DT59'
    )
{%- endmacro %}
