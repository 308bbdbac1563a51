"""Tasks for outside programs: what people are to do about leads."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from actions.add_key import Scope
from actions.add_task import add_task
from actions.finish_task import finish_task
from api.auth import ActorDep, needs
from api.cursor import Cursor, instant_cursor, read_instant_cursor
from api.desk import DeskDep
from api.instants import instant
from api.lead_views import read_team
from api.pipeline_shapes import TaskBody, TaskList, TaskShown
from api.pipeline_views import rep_named, task_shown
from leads.identity import LeadId
from leads.task import TaskId
from store.tasks import TaskFilter

Name = Annotated[str | None, QueryParameter(max_length=60)]


class TaskRoutes(Controller):
    """`/v1/tasks`."""

    path = "/tasks"

    @get("/", operation_id="listTasks", guards=[needs(Scope.LEADS_READ)])
    async def list(
        self,
        desk: DeskDep,
        lead: Name = None,
        owner: Name = None,
        done: FromQuery[bool | None] = None,
        cursor: Cursor = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 25,
    ) -> TaskList:
        """Tasks, the most pressing first; `done=false` leaves out what is finished."""
        after = read_instant_cursor(cursor) if cursor else None
        wanted = TaskFilter(lead=lead, owner=owner, done=done)
        async with desk.workspace.reading() as uow:
            found = await uow.tasks.page(wanted, after=after, limit=limit + 1)
            team = await read_team(uow)
            items = [task_shown(uow, task, team) for task in found[:limit]]
        following = instant_cursor(found[limit - 1].due_at, found[limit - 1].id) if len(found) > limit else None
        return TaskList(items, following)

    @post("/", operation_id="addTask", guards=[needs(Scope.LEADS_WRITE)])
    async def add(self, desk: DeskDep, actor: ActorDep, data: JSONBody[TaskBody]) -> TaskShown:
        """Add a task; its owner is reminded when it is due."""
        due_at = instant(data.due_at, "due_at")
        async with desk.workspace.unit() as uow:
            lead = await uow.leads.get(LeadId(data.lead_id))
            owner = await rep_named(uow, data.owner)
            task = await add_task(uow, lead, kind=data.kind, title=data.title, due_at=due_at, actor=actor, owner=owner)
            return task_shown(uow, task, await read_team(uow))

    @post("/{task_id:str}/done", operation_id="finishTask", status_code=200, guards=[needs(Scope.LEADS_WRITE)])
    async def done(self, desk: DeskDep, actor: ActorDep, task_id: FromPath[str]) -> TaskShown:
        """The task is done; done before, it stays as it is."""
        async with desk.workspace.unit() as uow:
            return task_shown(uow, await finish_task(uow, TaskId(task_id), actor=actor), await read_team(uow))
