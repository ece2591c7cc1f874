import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import makegood.cases.rules
import makegood.catalog.rules
import makegood.channels.rules
import makegood.money.accounts
import makegood.money.transfers
import makegood.promises.rules
import makegood.remedies.rules.steps
import makegood.staff.rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('prefix', models.CharField(max_length=8)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('full_at', models.DateTimeField()),
                ('was_let', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='CarrierHearing',
            fields=[
                ('carrier', models.TextField(primary_key=True, serialize=False)),
                ('heard_since', models.DateTimeField()),
                ('newest_at', models.DateTimeField(null=True)),
                ('heard_until', models.DateTimeField(null=True)),
                ('woken_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MailFolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.TextField(unique=True)),
                ('uid_validity', models.BigIntegerField()),
                ('settled_uid', models.BigIntegerField()),
                ('first_seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Name',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'name', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('name', models.TextField()),
                ('customer_id', models.BigIntegerField()),
                ('row_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField()),
                ('carrier', models.TextField()),
                ('number', models.TextField()),
                ('label_at', models.DateTimeField()),
                ('said_not_received_at', models.DateTimeField(null=True)),
                ('number_since', models.DateTimeField(null=True)),
                ('is_anothers_number', models.BooleanField(db_default=False, default=False)),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('carrier', models.TextField()),
                ('currency', models.CharField(max_length=3)),
                ('cutoff_time', models.TimeField()),
                ('delivers_saturdays', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('reference', models.TextField(unique=True)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.TextField()),
                ('role', models.CharField(choices=[('helper', 'helper'), ('lead', 'lead')], default=makegood.staff.rules.Role['HELPER'], max_length=16)),
                ('zone', models.TextField(default='UTC')),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='helper_email_in_any_case'), models.CheckConstraint(condition=models.Q(('role__in', ['helper', 'lead'])), name='helper_role_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standpoint', models.CharField(choices=[('customer', 'customer'), ('helper', 'helper'), ('lead', 'lead'), ('token', 'token'), ('policy', 'policy')], max_length=16)),
                ('remedy', models.CharField(max_length=16)),
                ('currency', models.CharField(max_length=3)),
                ('up_to_minor', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('standpoint', 'remedy', 'currency'), name='authority_once'), models.CheckConstraint(condition=models.Q(models.Q(('currency', '*'), _negated=True), ('up_to_minor', None), _connector='OR'), name='authority_limit_has_a_currency')],
            },
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('running', 'running'), ('received', 'received'), ('gift_card', 'gift card'), ('store_credit', 'store credit'), ('taken_back', 'taken back'), ('sales', 'sales'), ('postage', 'postage'), ('tax', 'tax'), ('goodwill', 'goodwill'), ('goods_at_cost', 'goods at cost'), ('postage_at_cost', 'postage at cost'), ('gateway_fees', 'gateway fees'), ('exchange', 'exchange'), ('opening', 'opening')], max_length=24)),
                ('item', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('debits_minor', models.BigIntegerField()),
                ('credits_minor', models.BigIntegerField()),
                ('pending_debits_minor', models.BigIntegerField()),
                ('pending_credits_minor', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer_id', 'kind', 'item', 'currency'), name='balance_once_an_account'), models.CheckConstraint(condition=models.Q(models.Q(('debits_minor__gte', django.db.models.expressions.CombinedExpression(models.F('credits_minor'), '+', models.F('pending_credits_minor'))), ('kind__in', [makegood.money.accounts.AccountKind['RECEIVED']])), models.Q(('credits_minor__gte', django.db.models.expressions.CombinedExpression(models.F('debits_minor'), '+', models.F('pending_debits_minor'))), ('kind__in', [makegood.money.accounts.AccountKind['GIFT_CARD'], makegood.money.accounts.AccountKind['STORE_CREDIT']])), _connector='OR'), name='balance_is_never_below_zero'), models.CheckConstraint(condition=models.Q(('credits_minor__gte', 0), ('debits_minor__gte', 0), ('pending_credits_minor__gte', 0), ('pending_debits_minor__gte', 0)), name='balance_sums_are_sound')],
            },
        ),
        migrations.CreateModel(
            name='CarrierCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carrier', models.TextField()),
                ('called_at', models.DateTimeField()),
                ('numbers', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['carrier', '-called_at'], name='carrier_call_newest')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('offset', models.DurationField()),
                ('frozen_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='clock_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField()),
                ('name', models.TextField()),
                ('language', models.CharField(default='en', max_length=8)),
                ('zone', models.TextField(default='UTC')),
                ('since_date', models.DateField(null=True)),
                ('sign_in_generation', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reference',), name='customer_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_type', models.CharField(max_length=16)),
                ('state', models.CharField(choices=[('open', 'open'), ('closed', 'closed')], default=makegood.cases.rules.CaseState['OPEN'], max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('origin', models.CharField(choices=[('noticed', 'noticed'), ('not_received', 'not received'), ('remedy', 'remedy'), ('email', 'email'), ('web', 'web'), ('form', 'form')], max_length=16)),
                ('closed_at', models.DateTimeField(null=True)),
                ('subject', models.TextField(default='')),
                ('attention', models.CharField(choices=[('waiting', 'waiting'), ('danger', 'danger'), ('none', 'none')], default=makegood.cases.rules.Attention['NONE'], max_length=8)),
                ('rank', models.GeneratedField(db_persist=True, expression=models.Case(models.When(attention='danger', then=models.Value(1)), models.When(attention='waiting', then=models.Value(2)), models.When(attention='none', then=models.Value(3))), output_field=models.SmallIntegerField())),
                ('attention_since', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
            ],
        ),
        migrations.CreateModel(
            name='FactRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('version', models.PositiveSmallIntegerField()),
                ('customer_id', models.BigIntegerField()),
                ('ordering_key', models.TextField()),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('content', models.JSONField()),
            ],
            options={
                'db_table': 'makegood_fact',
                'indexes': [models.Index(fields=['customer_id', 'id'], name='fact_by_customer'), models.Index(fields=['ordering_key', 'id'], name='fact_by_ordering_key')],
            },
        ),
        migrations.CreateModel(
            name='GivenAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.TextField()),
                ('key', models.TextField()),
                ('asked_digest', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField()),
                ('body', models.BinaryField(null=True)),
                ('kept_until', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['kept_until'], name='answer_kept_until')],
                'constraints': [models.UniqueConstraint(fields=('caller', 'key'), name='answer_is_given_once_a_key')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(unique=True)),
                ('direction', models.CharField(choices=[('out', 'out'), ('in', 'in')], max_length=4)),
                ('via', models.CharField(choices=[('email', 'email'), ('web', 'web'), ('form', 'form')], max_length=8)),
                ('news', models.CharField(default='', max_length=24)),
                ('subject', models.TextField()),
                ('body', models.TextField()),
                ('language', models.CharField(max_length=8)),
                ('address', models.TextField(default='')),
                ('message_id', models.TextField()),
                ('in_reply_to', models.TextField(default='')),
                ('state', models.CharField(choices=[('held', 'held'), ('kept', 'kept'), ('dropped', 'dropped'), ('requested', 'requested'), ('handing_over', 'handing over'), ('in_doubt', 'in doubt'), ('sent', 'sent'), ('bounced', 'bounced'), ('failed', 'failed'), ('received', 'received')], max_length=16)),
                ('written_by', models.TextField(default='')),
                ('written_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('hand_overs', models.PositiveSmallIntegerField(default=0)),
                ('was_in_doubt', models.BooleanField(default=False)),
                ('error', models.TextField(default='')),
                ('bounced_at', models.DateTimeField(null=True)),
                ('case_number', models.BigIntegerField(null=True)),
                ('quoted_text', models.TextField(default='')),
                ('signature', models.TextField(default='')),
                ('reply_to', models.TextField(default='')),
                ('is_automatic', models.BooleanField(default=False)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
            ],
        ),
        migrations.CreateModel(
            name='IncomingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.TextField()),
                ('uid', models.BigIntegerField(null=True)),
                ('uid_validity', models.BigIntegerField(null=True)),
                ('envelope_from', models.TextField(blank=True, default='')),
                ('envelope_to', models.JSONField(default=list)),
                ('header_id', models.TextField(blank=True, default='')),
                ('fingerprint', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('raw', models.BinaryField(null=True)),
                ('received_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('taken_in', 'taken in'), ('repeated', 'repeated'), ('refused', 'refused'), ('alarmed', 'alarmed'), ('dismissed', 'dismissed')], default=makegood.channels.rules.MailState['WAITING'], max_length=16)),
                ('reason', models.TextField(blank=True, default='')),
                ('kind', models.CharField(blank=True, default='', max_length=16)),
                ('writer_address', models.TextField(blank=True, default='')),
                ('subject', models.TextField(blank=True, default='')),
                ('excerpt', models.TextField(blank=True, default='')),
                ('is_formatted', models.BooleanField(default=False)),
                ('resolved_by', models.TextField(blank=True, default='')),
                ('customer', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('same_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.incomingmail')),
                ('about', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.message')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.message')),
            ],
        ),
        migrations.CreateModel(
            name='CaseMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='makegood.case')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.message')),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='unreached',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.message'),
        ),
        migrations.CreateModel(
            name='MessageAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('name', models.TextField()),
                ('content_type', models.TextField()),
                ('content_id', models.TextField(blank=True, default='')),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='makegood.message')),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='makegood.case')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField()),
                ('placed_at', models.DateTimeField()),
                ('currency', models.CharField(max_length=3)),
                ('postage_minor', models.BigIntegerField(default=0)),
                ('paid', models.JSONField(null=True)),
                ('ship_to', models.JSONField(default=dict)),
                ('parcel_addresses', models.JSONField(default=dict)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('history_since', models.DateTimeField(null=True)),
                ('version_at', models.DateTimeField(null=True)),
                ('digest', models.CharField(max_length=64)),
                ('taken_digest', models.CharField(default='', max_length=64)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
            ],
        ),
        migrations.CreateModel(
            name='NamedOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='named_orders', to='makegood.casemessage')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.order')),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
                ('kind', models.CharField(max_length=16)),
                ('granted_at', models.DateTimeField()),
                ('granted_by', models.TextField()),
                ('granted_through', models.TextField(blank=True, default='')),
                ('standpoint', models.CharField(choices=[('customer', 'customer'), ('helper', 'helper'), ('lead', 'lead'), ('token', 'token'), ('policy', 'policy')], max_length=16)),
                ('currency', models.CharField(max_length=3)),
                ('cost_minor', models.BigIntegerField()),
                ('unpaid_minor', models.BigIntegerField(default=0)),
                ('arrives_date', models.DateField(null=True)),
                ('situation', models.JSONField()),
                ('chosen_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.grant')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.order')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_replacement', models.BooleanField(default=False)),
                ('by_date', models.DateField()),
                ('name', models.TextField()),
                ('address_lines', models.JSONField(default=list)),
                ('postcode', models.TextField(blank=True, default='')),
                ('country', models.CharField(max_length=2)),
                ('zone', models.TextField()),
                ('version_at', models.DateTimeField(null=True)),
                ('address_corrected_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('split_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.delivery')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='makegood.order')),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField()),
                ('title', models.TextField()),
                ('quantity', models.PositiveIntegerField()),
                ('unit_price_minor', models.BigIntegerField()),
                ('discount_minor', models.BigIntegerField(default=0)),
                ('tax_minor', models.BigIntegerField(default=0)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='makegood.order')),
            ],
        ),
        migrations.CreateModel(
            name='DeliveryUnits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('delivery', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='makegood.delivery')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.orderline')),
            ],
        ),
        migrations.CreateModel(
            name='StatusEstimate',
            fields=[
                ('parcel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='estimate', serialize=False, to='makegood.parcel')),
                ('carrier', models.TextField()),
                ('label_at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('label_made', 'label made'), ('never_scanned', 'never scanned'), ('moving', 'moving'), ('delayed', 'delayed'), ('out_for_delivery', 'out for delivery'), ('attempted', 'attempted'), ('held', 'held'), ('stalled', 'stalled'), ('lost', 'lost'), ('delivered', 'delivered'), ('not_received', 'not received'), ('returning', 'returning'), ('returned', 'returned'), ('damaged', 'damaged')], max_length=20)),
                ('outcome', models.CharField(choices=[('lost', 'lost'), ('arriving', 'arriving'), ('delivered', 'delivered'), ('returning', 'returning'), ('damaged', 'damaged')], max_length=20)),
                ('probability_percent', models.PositiveSmallIntegerField()),
                ('evidence', models.JSONField(default=list)),
                ('claim_opens_date', models.DateField(null=True)),
                ('claim_closes_date', models.DateField(null=True)),
                ('verdict_at', models.DateTimeField()),
                ('look_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('known_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='parcel',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer'),
        ),
        migrations.AddField(
            model_name='parcel',
            name='delivery',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.delivery'),
        ),
        migrations.CreateModel(
            name='MessageSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=24)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('delivery', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.delivery')),
                ('grant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.grant')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.message')),
                ('parcel', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.parcel')),
            ],
        ),
        migrations.CreateModel(
            name='FormerNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carrier', models.TextField()),
                ('number', models.TextField()),
                ('until_at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('parcel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_numbers', to='makegood.parcel')),
            ],
        ),
        migrations.CreateModel(
            name='CaseSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='makegood.case')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('delivery', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.delivery')),
                ('grant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.grant')),
                ('parcel', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.parcel')),
            ],
        ),
        migrations.CreateModel(
            name='Perk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
                ('kind', models.CharField(choices=[('free_express', 'free express')], max_length=16)),
                ('granted_at', models.DateTimeField()),
                ('until_date', models.DateField()),
                ('used_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('country', models.CharField(max_length=2)),
                ('zone', models.TextField()),
                ('works_saturdays', models.BooleanField(default=False)),
                ('packing_hours', models.PositiveSmallIntegerField(null=True)),
                ('dispatch_method', models.CharField(choices=[('page', 'page'), ('csv', 'csv'), ('webhook', 'webhook')], default=makegood.catalog.rules.DispatchMethod['PAGE'], max_length=8)),
                ('dispatch_url', models.TextField(blank=True, default='')),
                ('dispatch_secret', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('dispatch_method__in', ['page', 'csv', 'webhook'])), name='place_method_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('dispatch_method', makegood.catalog.rules.DispatchMethod['WEBHOOK']), _negated=True), models.Q(models.Q(('dispatch_url', ''), _negated=True), models.Q(('dispatch_secret', ''), _negated=True)), _connector='OR'), name='place_webhook_has_address_and_secret')],
            },
        ),
        migrations.AddField(
            model_name='parcel',
            name='place',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.place'),
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(unique=True)),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('announced', 'Announced'), ('cancelled', 'Cancelled')], default='requested', max_length=16)),
                ('charged_minor', models.BigIntegerField(default=0)),
                ('currency', models.CharField(max_length=3)),
                ('requested_at', models.DateTimeField()),
                ('leaves_date', models.DateField()),
                ('announced_at', models.DateTimeField(null=True)),
                ('announced_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.dispatch')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('delivery', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.delivery')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.order')),
                ('parcel', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.parcel')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.place')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.service')),
            ],
        ),
        migrations.CreateModel(
            name='PollState',
            fields=[
                ('carrier', models.TextField(primary_key=True, serialize=False)),
                ('busy_until', models.DateTimeField(null=True)),
                ('paused_until', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_error', models.TextField(default='')),
                ('last_error_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('places_given', models.BigIntegerField(default=0)),
                ('at_most', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('last_error', ''), ('last_error_at', None)), models.Q(models.Q(('last_error', ''), _negated=True), ('last_error_at__isnull', False)), _connector='OR'), name='carrier_line_error_has_its_instant')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.TextField(unique=True)),
                ('title', models.TextField()),
                ('currency', models.CharField(max_length=3)),
                ('price_minor', models.BigIntegerField()),
                ('cost_minor', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(django.db.models.functions.text.Upper('title'), name='product_by_title')],
                'constraints': [models.CheckConstraint(condition=models.Q(('price_minor__gte', 0), models.Q(('cost_minor', None), ('cost_minor__gte', 0), _connector='OR')), name='product_sums_are_not_negative')],
            },
        ),
        migrations.AddField(
            model_name='orderline',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.product'),
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ship', 'ship'), ('deliver', 'deliver'), ('reply', 'reply'), ('call', 'call'), ('refund', 'refund'), ('check_back', 'check back'), ('match_price', 'match price')], max_length=16)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.TextField()),
                ('due_at', models.DateTimeField()),
                ('original_due_at', models.DateTimeField()),
                ('at_risk_at', models.DateTimeField(null=True)),
                ('at_risk_since', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('kept', 'kept'), ('broken', 'broken'), ('withdrawn', 'withdrawn')], default=makegood.promises.rules.PromiseState['OPEN'], max_length=16)),
                ('closed_at', models.DateTimeField(null=True)),
                ('fulfilled_at', models.DateTimeField(null=True)),
                ('awaits_news', models.BooleanField(db_default=False, default=False)),
                ('made_good_at', models.DateTimeField(null=True)),
                ('called_off_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
            ],
        ),
        migrations.AddField(
            model_name='delivery',
            name='promise',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.promise'),
        ),
        migrations.AddField(
            model_name='case',
            name='reply_promise',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.promise'),
        ),
        migrations.CreateModel(
            name='PushTaken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inlet', models.TextField()),
                ('key', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('answer', models.JSONField()),
                ('taken_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['taken_at'], name='push_by_age')],
                'constraints': [models.UniqueConstraint(fields=('inlet', 'key'), name='push_taken_once')],
            },
        ),
        migrations.CreateModel(
            name='QuietStart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
                ('begun_at', models.DateTimeField(null=True)),
                ('begun_by', models.TextField(blank=True, default='')),
                ('reached', models.BigIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='quiet_start_is_one'), models.CheckConstraint(condition=models.Q(('finished_at', None), ('begun_at__isnull', False), _connector='OR'), name='quiet_start_finishes_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='ReactionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('reaction', models.TextField()),
                ('taken_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('fact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.factrow')),
            ],
        ),
        migrations.CreateModel(
            name='RefundTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('tender_kind', models.TextField(default='')),
                ('tender', models.TextField(default='')),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.TextField(default='')),
                ('note', models.TextField(default='')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.grant')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.order')),
                ('promise', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.promise')),
            ],
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_due_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('revised_at', models.DateTimeField()),
                ('revised_by', models.TextField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='makegood.promise')),
            ],
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('pk', models.CompositePrimaryKey('parcel_id', 'happened_at', 'code', 'place', blank=True, editable=False, primary_key=True, serialize=False)),
                ('code', models.TextField()),
                ('kind', models.CharField(choices=[('label', 'label'), ('notice', 'notice'), ('unknown', 'unknown'), ('delayed', 'delayed'), ('lost', 'lost'), ('accepted', 'accepted'), ('moved', 'moved'), ('customs', 'customs'), ('out_for_delivery', 'out for delivery'), ('attempted', 'attempted'), ('held', 'held'), ('damaged', 'damaged'), ('delivered', 'delivered'), ('delivered_neighbour', 'delivered neighbour'), ('delivered_locker', 'delivered locker'), ('refused', 'refused'), ('returning', 'returning'), ('returned', 'returned')], max_length=20)),
                ('happened_at', models.DateTimeField()),
                ('place', models.TextField(blank=True, default='')),
                ('words', models.TextField(blank=True, default='')),
                ('received_at', models.DateTimeField()),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('parcel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='makegood.parcel')),
            ],
        ),
        migrations.AddField(
            model_name='parcel',
            name='service',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.service'),
        ),
        migrations.CreateModel(
            name='Lane',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2)),
                ('rate_minor', models.BigIntegerField()),
                ('transit_days', models.PositiveSmallIntegerField()),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lanes', to='makegood.service')),
            ],
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_hand', models.IntegerField()),
                ('held', models.IntegerField(default=0)),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.place')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='makegood.product')),
            ],
        ),
        migrations.CreateModel(
            name='StockReservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
                ('quantity', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('held', 'held'), ('shipped', 'shipped'), ('released', 'released')], default=makegood.catalog.rules.ReservationState['HELD'], max_length=16)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('stock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.stock')),
            ],
        ),
        migrations.CreateModel(
            name='DispatchUnits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('dispatch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='makegood.dispatch')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.orderline')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.product')),
                ('reservation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.stockreservation')),
            ],
        ),
        migrations.CreateModel(
            name='StopTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.TextField(default='')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.delivery')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.grant')),
                ('left_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.parcel')),
            ],
        ),
        migrations.CreateModel(
            name='GrantStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stop', 'stop'), ('reserve_stock', 'reserve stock'), ('dispatch', 'dispatch'), ('refund', 'refund'), ('new_date', 'new date')], max_length=16)),
                ('key', models.TextField()),
                ('state', models.CharField(choices=[('requested', 'requested'), ('under_way', 'under way'), ('done', 'done'), ('failed', 'failed'), ('compensated', 'compensated')], max_length=16)),
                ('changed_at', models.DateTimeField()),
                ('amount_minor', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3, null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('dispatch', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.dispatch')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='makegood.grant')),
                ('promise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.promise')),
                ('refund_task', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.refundtask')),
                ('reservation', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.stockreservation')),
                ('stop_task', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.stoptask')),
            ],
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('opened', 'opened'), ('charged', 'charged'), ('charge_reversed', 'charge reversed'), ('received', 'received'), ('paid_back', 'paid back'), ('paid_out', 'paid out'), ('credit_given', 'credit given'), ('credit_spent', 'credit spent'), ('credit_expired', 'credit expired'), ('converted', 'converted'), ('returned_by_bank', 'returned by bank'), ('disputed', 'disputed'), ('dispute_won', 'dispute won'), ('cost_borne', 'cost borne'), ('fee_paid', 'fee paid'), ('corrected', 'corrected')], max_length=24)),
                ('stage', models.CharField(choices=[('booked', 'booked'), ('pending', 'pending'), ('posted', 'posted'), ('voided', 'voided')], max_length=8)),
                ('key', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('booked_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('corrects', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.transfer')),
                ('pending', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.transfer')),
            ],
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('place', models.PositiveSmallIntegerField()),
                ('debit_kind', models.CharField(choices=[('running', 'running'), ('received', 'received'), ('gift_card', 'gift card'), ('store_credit', 'store credit'), ('taken_back', 'taken back'), ('sales', 'sales'), ('postage', 'postage'), ('tax', 'tax'), ('goodwill', 'goodwill'), ('goods_at_cost', 'goods at cost'), ('postage_at_cost', 'postage at cost'), ('gateway_fees', 'gateway fees'), ('exchange', 'exchange'), ('opening', 'opening')], max_length=24)),
                ('debit_item', models.BigIntegerField()),
                ('credit_kind', models.CharField(choices=[('running', 'running'), ('received', 'received'), ('gift_card', 'gift card'), ('store_credit', 'store credit'), ('taken_back', 'taken back'), ('sales', 'sales'), ('postage', 'postage'), ('tax', 'tax'), ('goodwill', 'goodwill'), ('goods_at_cost', 'goods at cost'), ('postage_at_cost', 'postage at cost'), ('gateway_fees', 'gateway fees'), ('exchange', 'exchange'), ('opening', 'opening')], max_length=24)),
                ('credit_item', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='makegood.transfer')),
            ],
        ),
        migrations.CreateModel(
            name='UnmatchedMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(blank=True, default='')),
                ('address', models.TextField()),
                ('order_reference', models.TextField(blank=True, default='')),
                ('subject', models.TextField(blank=True, default='')),
                ('body', models.TextField()),
                ('quoted_text', models.TextField(blank=True, default='')),
                ('signature', models.TextField(blank=True, default='')),
                ('reply_to', models.TextField(blank=True, default='')),
                ('attachments', models.JSONField(default=list)),
                ('language', models.CharField(max_length=8)),
                ('received_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('answers', models.TextField(blank=True, default='')),
                ('dismissed_reason', models.TextField(blank=True, default='')),
                ('closed_at', models.DateTimeField(null=True)),
                ('mail', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.incomingmail')),
                ('taken_to', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.case')),
            ],
        ),
        migrations.CreateModel(
            name='UnmatchedScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carrier', models.TextField()),
                ('number', models.TextField()),
                ('code', models.TextField()),
                ('kind', models.CharField(choices=[('label', 'label'), ('notice', 'notice'), ('unknown', 'unknown'), ('delayed', 'delayed'), ('lost', 'lost'), ('accepted', 'accepted'), ('moved', 'moved'), ('customs', 'customs'), ('out_for_delivery', 'out for delivery'), ('attempted', 'attempted'), ('held', 'held'), ('damaged', 'damaged'), ('delivered', 'delivered'), ('delivered_neighbour', 'delivered neighbour'), ('delivered_locker', 'delivered locker'), ('refused', 'refused'), ('returning', 'returning'), ('returned', 'returned')], max_length=20)),
                ('happened_at', models.DateTimeField()),
                ('place', models.TextField(blank=True, default='')),
                ('words', models.TextField(blank=True, default='')),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('carrier', 'number', 'happened_at', 'code', 'place'), name='unmatched_scan_once')],
            },
        ),
        migrations.CreateModel(
            name='WordsOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claims', models.JSONField()),
                ('reason', models.TextField()),
                ('overridden_by', models.TextField()),
                ('overridden_at', models.DateTimeField()),
                ('case_message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='override', to='makegood.casemessage')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
            ],
        ),
        migrations.CreateModel(
            name='DispatchNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('requested', 'Requested'), ('readdressed', 'Readdressed'), ('cancelled', 'Cancelled')], max_length=16)),
                ('key', models.TextField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('accepted', 'Accepted'), ('given_up', 'Given Up'), ('dropped', 'Dropped')], default='waiting', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('last_tried_at', models.DateTimeField(null=True)),
                ('last_words', models.TextField(blank=True, default='')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('dispatch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='makegood.dispatch')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_try_at'], name='notice_due'), models.Index(condition=models.Q(('state', 'given_up')), fields=['id'], name='notice_given_up')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'key'), name='notice_once_a_key'), models.UniqueConstraint(condition=models.Q(('kind', 'readdressed'), _negated=True), fields=('dispatch', 'kind'), name='notice_once_a_kind'), models.CheckConstraint(condition=models.Q(models.Q(('next_try_at__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_try_at', None)), _connector='OR'), name='notice_waits_for_its_next_try')],
            },
        ),
        migrations.CreateModel(
            name='DeadLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('reaction', models.TextField()),
                ('error', models.TextField()),
                ('parked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('try_again_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('resolution', models.CharField(default='', max_length=16)),
                ('reason', models.TextField(default='')),
                ('resolved_by', models.TextField(default='')),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.factrow')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('resolved_at', None)), fields=['id'], name='parked_open'), models.Index(condition=models.Q(('resolved_at', None), ('try_again_at__isnull', False)), fields=['try_again_at'], name='parked_to_try_again')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at', None)), fields=('fact', 'reaction'), name='parked_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('resolution', 'dismissed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='parked_dismissal_keeps_its_reason'), models.CheckConstraint(condition=models.Q(models.Q(('resolution', ''), ('resolved_at', None)), models.Q(('resolved_at__isnull', False), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='parked_resolution_goes_with_its_instant')],
            },
        ),
        migrations.CreateModel(
            name='GrantUnits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField()),
                ('treatment', models.CharField(max_length=16)),
                ('refund_minor', models.BigIntegerField(default=0)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('grant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='makegood.grant')),
                ('lost', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.deliveryunits')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('grant', 'lost', 'treatment'), name='grant_units_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='grant_units_are_some')],
            },
        ),
        migrations.CreateModel(
            name='Handle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'email'), ('phone', 'phone')], max_length=8)),
                ('value', models.TextField()),
                ('set_by', models.TextField(blank=True, default='')),
                ('undeliverable_at', models.DateTimeField(null=True)),
                ('undeliverable_reason', models.TextField(blank=True, default='')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handles', to='makegood.customer')),
            ],
            options={
                'indexes': [models.Index(models.F('kind'), django.db.models.functions.text.Lower('value'), name='handle_by_value')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind', 'value'), name='handle_once_a_customer'), models.CheckConstraint(condition=models.Q(('kind__in', ['email', 'phone'])), name='handle_kind_is_known')],
            },
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['customer', '-id'], name='message_by_customer'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['message_id'], name='message_by_message_id'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(django.db.models.functions.text.Lower('address'), name='message_by_address'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['held', 'kept', 'dropped', 'requested', 'handing_over', 'in_doubt', 'sent', 'bounced', 'failed', 'received'])), name='message_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('state', 'sent'), _negated=True), _connector='OR'), name='message_sent_has_its_instant'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bounced_at__isnull', False), ('state', 'bounced')), models.Q(models.Q(('state', 'bounced'), _negated=True), ('bounced_at', None)), _connector='OR'), name='message_bounced_has_its_instant'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('direction', makegood.channels.rules.Direction['OUT'])), fields=('message_id',), name='message_id_of_ours_once'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(condition=models.Q(('state__in', ['alarmed', 'waiting'])), fields=['id'], name='mail_in_trouble'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(condition=models.Q(('state', 'refused')), fields=['id'], name='mail_refused'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(condition=models.Q(('message__isnull', False)), fields=['message'], name='mail_by_message'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'taken_in', 'repeated', 'refused', 'alarmed', 'dismissed'])), name='mail_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.UniqueConstraint(condition=models.Q(('uid__isnull', False)), fields=('source', 'uid_validity', 'uid'), name='mail_once_a_folder'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.UniqueConstraint(condition=models.Q(('same_as', None)), fields=('fingerprint',), name='mail_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('same_as__isnull', False), ('state', 'repeated')), models.Q(models.Q(('state', 'repeated'), _negated=True), ('same_as', None)), _connector='OR'), name='mail_repeated_names_the_first'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refused', 'alarmed', 'dismissed']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='mail_not_taken_says_why'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('raw__isnull', False), _connector='OR'), name='mail_waiting_has_its_bytes'),
        ),
        migrations.AddConstraint(
            model_name='messageattachment',
            constraint=models.UniqueConstraint(fields=('message', 'place'), name='attachment_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='note_says_something'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer', '-placed_at'], name='order_by_customer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['placed_at', 'id'], name='order_by_placed'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('reference',), name='order_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('postage_minor__gte', 0)), name='order_postage_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='namedorder',
            constraint=models.UniqueConstraint(fields=('case_message', 'order'), name='order_named_once_a_message'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(fields=('customer', 'key'), name='grant_once_a_key'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('cost_minor__gte', 0), ('unpaid_minor__gte', 0)), name='grant_cost_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='deliveryunits',
            constraint=models.UniqueConstraint(fields=('delivery', 'line'), name='delivery_units_once_a_line'),
        ),
        migrations.AddConstraint(
            model_name='deliveryunits',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='delivery_units_are_some'),
        ),
        migrations.AddField(
            model_name='statusestimate',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer'),
        ),
        migrations.AddConstraint(
            model_name='messagesubject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivery__isnull', False), ('grant__isnull', True), ('parcel__isnull', True)), models.Q(('delivery__isnull', True), ('grant__isnull', True), ('parcel__isnull', False)), models.Q(('delivery__isnull', True), ('grant__isnull', False), ('parcel__isnull', True)), _connector='OR'), name='messagesubject_has_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='messagesubject',
            constraint=models.UniqueConstraint(condition=models.Q(('delivery__isnull', False)), fields=('delivery', 'topic'), name='messagesubject_once_a_delivery'),
        ),
        migrations.AddConstraint(
            model_name='messagesubject',
            constraint=models.UniqueConstraint(condition=models.Q(('parcel__isnull', False)), fields=('parcel', 'topic'), name='messagesubject_once_a_parcel'),
        ),
        migrations.AddConstraint(
            model_name='messagesubject',
            constraint=models.UniqueConstraint(condition=models.Q(('grant__isnull', False)), fields=('grant', 'topic'), name='messagesubject_once_a_grant'),
        ),
        migrations.AddIndex(
            model_name='formernumber',
            index=models.Index(fields=['number'], name='former_number_by_number'),
        ),
        migrations.AddConstraint(
            model_name='casesubject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivery__isnull', False), ('grant__isnull', True), ('parcel__isnull', True)), models.Q(('delivery__isnull', True), ('grant__isnull', True), ('parcel__isnull', False)), models.Q(('delivery__isnull', True), ('grant__isnull', False), ('parcel__isnull', True)), _connector='OR'), name='casesubject_has_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='casesubject',
            constraint=models.UniqueConstraint(condition=models.Q(('delivery__isnull', False)), fields=('delivery', 'case'), name='casesubject_once_a_delivery'),
        ),
        migrations.AddConstraint(
            model_name='casesubject',
            constraint=models.UniqueConstraint(condition=models.Q(('parcel__isnull', False)), fields=('parcel', 'case'), name='casesubject_once_a_parcel'),
        ),
        migrations.AddConstraint(
            model_name='casesubject',
            constraint=models.UniqueConstraint(condition=models.Q(('grant__isnull', False)), fields=('grant', 'case'), name='casesubject_once_a_grant'),
        ),
        migrations.AddConstraint(
            model_name='perk',
            constraint=models.UniqueConstraint(fields=('customer', 'key'), name='perk_once_a_key'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'reference'), name='line_once_an_order'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('discount_minor__gte', 0), ('quantity__gt', 0), ('tax_minor__gte', 0), ('unit_price_minor__gte', 0)), name='line_sums_are_sound'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('awaits_news', False), ('state', makegood.promises.rules.PromiseState['OPEN'])), fields=['due_at'], name='promise_due'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('at_risk_at__isnull', False), ('state', makegood.promises.rules.PromiseState['OPEN'])), fields=['at_risk_at'], name='promise_worrying'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['due_at', 'id'], name='promise_by_due'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['customer', '-due_at'], name='promise_by_customer'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', makegood.promises.rules.PromiseState['OPEN'])), models.Q(models.Q(('state', makegood.promises.rules.PromiseState['OPEN']), _negated=True), models.Q(('closed_at', None), _negated=True)), _connector='OR'), name='promise_closed_at_goes_with_a_closed_state'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('made_good_at', None), models.Q(('state', makegood.promises.rules.PromiseState['OPEN']), _negated=True), _connector='OR'), name='promise_made_good_is_not_open'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('called_off_at', None), models.Q(('state', makegood.promises.rules.PromiseState['OPEN']), _negated=True), _connector='OR'), name='promise_called_off_is_not_open'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ship', 'deliver', 'reply', 'call', 'refund', 'check_back', 'match_price'])), name='promise_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'kept', 'broken', 'withdrawn'])), name='promise_state_is_known'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', makegood.cases.rules.CaseState['OPEN']), models.Q(('attention', makegood.cases.rules.Attention['NONE']), _negated=True)), fields=['rank', 'due_at', 'id'], name='case_inbox'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['customer', '-id'], name='case_by_customer'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state', makegood.cases.rules.CaseState['OPEN'])), fields=('customer', 'case_type'), name='one_open_case_per_customer_and_type'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', makegood.cases.rules.CaseState['OPEN'])), models.Q(('closed_at__isnull', False), ('state', makegood.cases.rules.CaseState['CLOSED'])), _connector='OR'), name='case_closed_at_goes_with_closed'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['noticed', 'not_received', 'remedy', 'email', 'web', 'form'])), name='case_origin_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('attention__in', ['waiting', 'danger', 'none'])), name='case_attention_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state', makegood.cases.rules.CaseState['OPEN']), ('attention', makegood.cases.rules.Attention['NONE']), _connector='OR'), name='case_closed_asks_for_nobody'),
        ),
        migrations.AddConstraint(
            model_name='reactionrun',
            constraint=models.UniqueConstraint(fields=('fact', 'reaction'), name='reaction_takes_effect_once'),
        ),
        migrations.AddIndex(
            model_name='refundtask',
            index=models.Index(condition=models.Q(('done_at', None)), fields=['id'], name='refund_open'),
        ),
        migrations.AddConstraint(
            model_name='refundtask',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='refund_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='refundtask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', '')), models.Q(('done_at__isnull', False), models.Q(('done_by', ''), _negated=True)), _connector='OR'), name='refund_done_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='revision_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['label', 'notice', 'unknown', 'delayed', 'lost', 'accepted', 'moved', 'customs', 'out_for_delivery', 'attempted', 'held', 'damaged', 'delivered', 'delivered_neighbour', 'delivered_locker', 'refused', 'returning', 'returned'])), name='scan_kind_is_known'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['number', 'carrier', '-label_at'], name='parcel_by_number'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['label_at', 'id'], name='parcel_by_label'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['customer', '-label_at'], name='parcel_by_customer'),
        ),
        migrations.AddConstraint(
            model_name='parcel',
            constraint=models.UniqueConstraint(fields=('reference',), name='parcel_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='lane',
            constraint=models.UniqueConstraint(fields=('service', 'country'), name='lane_once_a_country'),
        ),
        migrations.AddConstraint(
            model_name='lane',
            constraint=models.CheckConstraint(condition=models.Q(('rate_minor__gte', 0)), name='lane_rate_is_not_negative'),
        ),
        migrations.AddIndex(
            model_name='dispatch',
            index=models.Index(condition=models.Q(('state', 'requested')), fields=['leaves_date', 'id'], name='dispatch_to_pick'),
        ),
        migrations.AddIndex(
            model_name='dispatch',
            index=models.Index(condition=models.Q(('state', 'announced')), fields=['-announced_at'], name='dispatch_left_lately'),
        ),
        migrations.AddConstraint(
            model_name='dispatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announced_at__isnull', False), ('parcel__isnull', False), ('state', 'announced')), models.Q(models.Q(('state', 'announced'), _negated=True), ('announced_at', None), ('parcel', None)), _connector='OR'), name='dispatch_announced_has_its_parcel'),
        ),
        migrations.AddConstraint(
            model_name='dispatch',
            constraint=models.CheckConstraint(condition=models.Q(('charged_minor__gte', 0)), name='dispatch_charge_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.UniqueConstraint(fields=('place', 'product'), name='stock_once_a_place'),
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.CheckConstraint(condition=models.Q(('held__gte', 0), ('on_hand__gte', models.F('held'))), name='stock_held_is_there'),
        ),
        migrations.AddConstraint(
            model_name='stockreservation',
            constraint=models.UniqueConstraint(fields=('customer', 'key'), name='reservation_once_a_key'),
        ),
        migrations.AddConstraint(
            model_name='stockreservation',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='hold_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='stockreservation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['held', 'shipped', 'released'])), name='hold_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='dispatchunits',
            constraint=models.UniqueConstraint(fields=('dispatch', 'line'), name='dispatch_units_once_a_line'),
        ),
        migrations.AddConstraint(
            model_name='dispatchunits',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='dispatch_units_are_some'),
        ),
        migrations.AddIndex(
            model_name='stoptask',
            index=models.Index(condition=models.Q(('done_at', None), ('left_as', None)), fields=['id'], name='stop_open'),
        ),
        migrations.AddConstraint(
            model_name='stoptask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', '')), models.Q(('done_at__isnull', False), models.Q(('done_by', ''), _negated=True)), _connector='OR'), name='stop_done_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='grantstep',
            constraint=models.UniqueConstraint(fields=('customer', 'key'), name='grant_step_once_a_key'),
        ),
        migrations.AddConstraint(
            model_name='grantstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dispatch__isnull', True), ('kind', makegood.remedies.rules.steps.StepKind['STOP']), ('promise__isnull', True), ('refund_task__isnull', True), ('reservation__isnull', True), ('stop_task__isnull', False)), models.Q(('dispatch__isnull', True), ('kind', makegood.remedies.rules.steps.StepKind['RESERVE_STOCK']), ('promise__isnull', True), ('refund_task__isnull', True), ('reservation__isnull', False), ('stop_task__isnull', True)), models.Q(('dispatch__isnull', False), ('kind', makegood.remedies.rules.steps.StepKind['DISPATCH']), ('promise__isnull', True), ('refund_task__isnull', True), ('reservation__isnull', True), ('stop_task__isnull', True)), models.Q(('dispatch__isnull', True), ('kind', makegood.remedies.rules.steps.StepKind['REFUND']), ('promise__isnull', True), ('refund_task__isnull', False), ('reservation__isnull', True), ('stop_task__isnull', True)), models.Q(('dispatch__isnull', True), ('kind', makegood.remedies.rules.steps.StepKind['NEW_DATE']), ('promise__isnull', False), ('refund_task__isnull', True), ('reservation__isnull', True), ('stop_task__isnull', True)), _connector='OR'), name='grant_step_links_what_it_made'),
        ),
        migrations.AddConstraint(
            model_name='grantstep',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'under_way', 'done', 'failed', 'compensated'])), name='grant_step_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='grantstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_minor', None), ('currency', None)), models.Q(('amount_minor__gte', 0), ('amount_minor__isnull', False), ('currency__isnull', False)), _connector='OR'), name='grant_step_sum_has_its_currency'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(fields=('customer_id', 'key'), name='transfer_once_a_key'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('pending__isnull', False)), fields=('customer_id', 'pending'), name='transfer_is_settled_once'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects__isnull', False)), fields=('customer_id', 'corrects'), name='transfer_is_corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'charged', 'charge_reversed', 'received', 'paid_back', 'paid_out', 'credit_given', 'credit_spent', 'credit_expired', 'converted', 'returned_by_bank', 'disputed', 'dispute_won', 'cost_borne', 'fee_paid', 'corrected'])), name='transfer_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pending', None), ('stage__in', [makegood.money.transfers.Stage['BOOKED'], makegood.money.transfers.Stage['PENDING']])), models.Q(('pending__isnull', False), ('stage__in', [makegood.money.transfers.Stage['POSTED'], makegood.money.transfers.Stage['VOIDED']])), _connector='OR'), name='transfer_settles_what_was_pending'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('transfer', 'place'), name='posting_once_a_place'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='posting_is_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('debit_kind', models.F('credit_kind')), _negated=True), models.Q(('debit_item', models.F('credit_item')), _negated=True), _connector='OR'), name='posting_lies_between_two'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('credit_kind__in', ['running', 'received', 'gift_card', 'store_credit', 'taken_back', 'sales', 'postage', 'tax', 'goodwill', 'goods_at_cost', 'postage_at_cost', 'gateway_fees', 'exchange', 'opening']), ('debit_kind__in', ['running', 'received', 'gift_card', 'store_credit', 'taken_back', 'sales', 'postage', 'tax', 'goodwill', 'goods_at_cost', 'postage_at_cost', 'gateway_fees', 'exchange', 'opening'])), name='posting_accounts_are_known'),
        ),
        migrations.AddIndex(
            model_name='unmatchedmessage',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['due_at', 'id'], name='unassigned_open'),
        ),
        migrations.AddConstraint(
            model_name='wordsoverride',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='wordsoverride',
            constraint=models.CheckConstraint(condition=models.Q(('claims', []), _negated=True), name='override_is_of_words'),
        ),
        migrations.AddIndex(
            model_name='statusestimate',
            index=models.Index(condition=models.Q(('verdict__in', ['damaged', 'lost', 'never_scanned', 'not_received', 'returned', 'returning', 'stalled'])), fields=['label_at', 'parcel'], name='estimate_in_danger'),
        ),
        migrations.AddIndex(
            model_name='statusestimate',
            index=models.Index(condition=models.Q(('look_at__isnull', False)), fields=['look_at'], name='estimate_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='statusestimate',
            index=models.Index(models.F('carrier'), django.db.models.functions.comparison.Coalesce('asked_at', 'label_at'), condition=models.Q(models.Q(('verdict__in', ['delivered', 'returned']), _negated=True), ('known_at__isnull', False)), name='estimate_to_ask'),
        ),
        migrations.AddConstraint(
            model_name='statusestimate',
            constraint=models.CheckConstraint(condition=models.Q(('probability_percent__lte', 100)), name='estimate_probability_is_percent'),
        ),
        migrations.AddConstraint(
            model_name='statusestimate',
            constraint=models.CheckConstraint(condition=models.Q(('evidence', []), _negated=True), name='estimate_has_evidence'),
        ),
        migrations.AddConstraint(
            model_name='statusestimate',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['label_made', 'never_scanned', 'moving', 'delayed', 'out_for_delivery', 'attempted', 'held', 'stalled', 'lost', 'delivered', 'not_received', 'returning', 'returned', 'damaged'])), name='estimate_verdict_is_known'),
        ),
    ]
