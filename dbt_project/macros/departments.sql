{#
    What kind of department made a diagnosis: endocrinology, other_medical or other. The lists are those of the
    open-source diabetes classifier (osdc, Steno Aarhus), which weighs diagnoses by it.
#}
{# Of LPR2's specialty, two digits: 8 is endocrinology, 1-7 and 9-30 are other medical specialties. #}
{% macro department_of_lpr2(specialty_code) -%}
    case
        when {{ specialty_code }} = '08'
        then 'endocrinology'
        when {{ specialty_code }} between '01' and '30'
        then 'other_medical'
        else 'other'
    end
{%- endmacro %}


{#
    Of LPR3's main specialty, a text whose capitals vary between deliveries. osdc lists the short names; the register
    also writes them behind "intern medicin:", and onkologi behind "klinisk".
#}
{% macro department_of_lpr3(main_specialty) -%}
    {%- set name = "lower(trim(" ~ main_specialty ~ "))" -%}
    case
        when {{ name }} like '%endokrinologi%'
        then 'endocrinology'
        when
            {{ name }} like 'intern medicin%'
            or {{ name }} in (
                'blandet medicin og kirurgi',
                'geriatri',
                'hepatologi',
                'hæmatologi',
                'infektionsmedicin',
                'kardiologi',
                'medicinsk allergologi',
                'medicinsk gastroenterologi',
                'medicinsk lungesygdomme',
                'nefrologi',
                'reumatologi',
                'palliativ medicin',
                'akut medicin',
                'akutmedicin',
                'dermato-venerologi',
                'neurologi',
                'onkologi',
                'klinisk onkologi',
                'fysiurgi',
                'tropemedicin'
            )
        then 'other_medical'
        else 'other'
    end
{%- endmacro %}
