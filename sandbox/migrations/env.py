"""What Alembic runs to migrate the register of grants: on the connection that `register.py` hands in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
