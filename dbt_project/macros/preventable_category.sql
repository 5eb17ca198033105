{#
    The category of a preventable admission, of its main diagnosis; NULL when it is none. The nine categories are those
    of Sundhedsstyrelsen 2011 and KL 2010; no official list of codes was found, so the codes are the project's.
#}
{% macro preventable_category(code) -%}
    case
        when {{ code }} like 'DE86%'
        then 'dehydration'
        when {{ code }} like 'DK590%'
        then 'constipation'
        when
            substr({{ code }}, 1, 4) between 'DJ12' and 'DJ15'
            or substr({{ code }}, 1, 4) = 'DJ18'
            or substr({{ code }}, 1, 4) between 'DJ20' and 'DJ22'
            or substr({{ code }}, 1, 4) between 'DJ40' and 'DJ47'
        then 'lower_respiratory_disease'
        when {{ code }} like 'DN30%'
        then 'cystitis'
        when {{ code }} like 'DA09%'
        then 'gastroenteritis'
        when {{ code }} like 'DS_2%'
        then 'fracture'
        when substr({{ code }}, 1, 4) between 'DD50' and 'DD53'
        then 'nutritional_anaemia'
        when substr({{ code }}, 1, 4) in ('DZ59', 'DZ74', 'DZ75')
        then 'social_and_care'
        when {{ code }} like 'DL89%'
        then 'pressure_ulcer'
    end
{%- endmacro %}
