{#
    The code lists of the open-source diabetes classifier (osdc, Steno Aarhus, version 0.11). Danish SKS codes; 249 and
    250 are ICD-8, which only LPR2 has.
#}
{# Any diabetes. #}
{% macro is_diabetes(code) -%}
    (
        substr({{ code }}, 1, 4) between 'DE10' and 'DE14'
        or substr({{ code }}, 1, 3) in ('249', '250')
    )
{%- endmacro %}


{# Type 1 diabetes. #}
{% macro is_diabetes_1(code) -%}({{ code }} like 'DE10%' or {{ code }} like '249%') {%- endmacro %}


{# Type 2 diabetes. #}
{% macro is_diabetes_2(code) -%}({{ code }} like 'DE11%' or {{ code }} like '250%') {%- endmacro %}


{# The end of a pregnancy: abortion, birth, and the contacts in between (DZ33, DZ37). #}
{% macro is_end_of_pregnancy(code) -%}
    (
        substr({{ code }}, 1, 4) between 'DO00' and 'DO06'
        or substr({{ code }}, 1, 4) between 'DO80' and 'DO84'
        or substr({{ code }}, 1, 4) in ('DZ33', 'DZ37')
    )
{%- endmacro %}


{# Drugs that lower glucose, but for GLP-1 analogues, dapagliflozin and empagliflozin, which treat other illnesses too. #}
{% macro lowers_glucose(atc_code) -%}
    (
        {{ atc_code }} like 'A10%'
        and {{ atc_code }} not like 'A10BJ%'
        and {{ atc_code }} not like 'A10BK01%'
        and {{ atc_code }} not like 'A10BK03%'
    )
{%- endmacro %}


{# Insulin; A10AE56, insulin with a GLP-1 analogue, is not counted as such. #}
{% macro is_insulin(atc_code) -%}
    ({{ atc_code }} like 'A10A%' and {{ atc_code }} not like 'A10AE56%')
{%- endmacro %}
