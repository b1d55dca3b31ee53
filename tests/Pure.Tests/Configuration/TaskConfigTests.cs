using System.Text.RegularExpressions;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Hosting.Actions;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Pure.Tests.Configuration;

public sealed partial class TaskConfigTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-akka-config-").FullName;

    public TaskConfigTests()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "p.md"), "Do it.");
        System.IO.File.WriteAllText(Path.Combine(_folder, "s.json"), """{"type":"object","properties":{}}""");
    }

    [Theory]
    [InlineData("full", 256)]
    [InlineData("last:20", 256)]
    [InlineData("last:500", 2000)]
    public void As_many_items_can_be_named_as_the_widest_context_needs(string context, int items) =>
        Assert.Equal(items, Plan($"realtime.tasks.mine {{ prompt = p.md, context = \"{context}\" }}").Session.OutOfBand.Items);

    [Fact]
    public void By_itself_no_task_and_no_tool_is_on_and_the_session_says_nothing_of_tools()
    {
        var session = Planned.By().Session;
        Assert.Empty(session.Tasks.Tasks);
        Assert.Empty(session.Tools.Tools);
        Assert.Null(session.Socket.Session.Tools);
    }

    [Fact]
    public void The_shipped_tasks_only_have_to_be_switched_on()
    {
        var tasks = Planned.By(Shipped.Set("tasks.summary.enabled", "on"), Shipped.Set("tasks.validation.enabled", "on"),
            Shipped.Set("budget.usd", "2"), Shipped.Set("tasks.summary.budget-share", "0.25")).Session.Tasks.Tasks;
        Assert.Equal([("summary", typeof(SummaryActor), 20, 0.5m), ("validation", typeof(ValidationActor), 10, 2m)],
            tasks.Select(task => (task.Name, task.Actor, task.Priority, task.LimitUsd!.Value)));
        Assert.All(tasks, task => Assert.NotNull(task.Result));
        Assert.Equal("[A-Z0-9]{4}-[A-Z0-9]{4}", tasks[1].Options["policy_number"]);
    }

    [Fact]
    public void A_block_of_the_users_is_a_task_with_the_defaults_of_the_reference_and_files_beside_it()
    {
        var task = Assert.Single(
            Plan("realtime.tasks.mine { prompt = p.md, result = s.json, context = none, options { a = 1 } }").Session.Tasks.Tasks);
        Assert.Equal(("mine", typeof(PromptActor), TimeSpan.FromSeconds(30), 1, 1, "1"),
            (task.Name, task.Actor, task.Timeout, task.Retries, task.Trigger.Every, task.Options["a"]));
        Assert.Equal("Do it.", task.Prompt.Read().Prompt.Text);
        Assert.IsType<ContextScope.None>(task.Context);
        Assert.Null(task.Action);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "realtime.tasks.mine { prompt = p.md, tigger = on-end }",
        "Unknown key realtime.tasks.mine.tigger (FILE). Did you mean realtime.tasks.mine.trigger?" },
        { "realtime.tasks.mine { prompt = p.md, deliver.mail = x }", "Unknown key realtime.tasks.mine.deliver.mail (FILE)." },
        { "realtime.tasks.mine = on", "Unknown key realtime.tasks.mine (FILE)." },
        { "realtime.tasks.summary.colour = red", "Unknown key realtime.tasks.summary.colour (FILE)." },
        { "realtime.tasks.mine { prompt = /dev/zero }",
        "realtime.tasks.mine.prompt (FILE) is '/dev/zero'; it must be a text file of at most 64 KiB." },
        { "realtime.tasks.mine { prompt = p.md, result = /dev/zero }",
        "realtime.tasks.mine.result (FILE) is '/dev/zero'; it must be text, a JSON schema, or a text file of at most 64 KiB." },
        { "realtime.task.timeout = 5 s",
        "realtime.task.timeout (FILE) cannot be set: it holds a default. Write realtime.tasks.NAME.timeout." },
        { "realtime.tool.deliver.exec = x",
        "realtime.tool.deliver.exec (FILE) cannot be set: it holds a default. Write realtime.tools.NAME.deliver.exec." },
        { "realtime.task { colour = red }",
        "realtime.task.colour (FILE) cannot be set: it holds a default. Write realtime.tasks.NAME.colour." },
        { "realtime.tasks.Mine { prompt = p.md }", "realtime.tasks.Mine is no name for a task" },
        { "realtime.tasks.transcription { prompt = p.md }", "realtime.tasks.transcription is no name for a task" },
        { "realtime.tasks.mine { prompt = q.md }",
        "realtime.tasks.mine.prompt (FILE) is 'q.md'; it must be the path of a readable text file (there is no such file)." },
        { "realtime.tasks.mine { prompt = p.md, trigger = sometimes }",
        "realtime.tasks.mine.trigger (FILE) is 'sometimes'; it must be every-turn, every N turns" },
        { "realtime.tasks.mine { prompt = p.md, context = much }",
        "realtime.tasks.mine.context (FILE) is 'much'; it must be full, last, last:N" },
        { "realtime.tasks.mine { prompt = p.md, result = q.json }",
        "realtime.tasks.mine.result (FILE) is 'q.json'; it must be text, a JSON schema, or the path of a readable text file (there is no such file)." },
        { "realtime.tasks.mine { prompt = p.md, result = \"{\\\"oneOf\\\":[]}\" }", "$.oneOf is not supported" },
        { "realtime.tasks.mine { prompt = p.md, result = \"{\\\"type\\\":\\\"array\\\"}\" }", "$.type must be object" },
        { "realtime.tasks.mine { prompt = p.md, priority = 0 }",
        "realtime.tasks.mine.priority (FILE) is '0'; it must be a whole number from 1 to 100." },
        { "realtime.tasks.mine { prompt = p.md, budget-share = 2 }",
        "realtime.tasks.mine.budget-share (FILE) is '2'; it must be a number from 0 to 1." },
        { "realtime.tasks.mine { enabled = off, prompt = p.md, timeout = soon }", "realtime.tasks.mine.timeout (FILE) is 'soon'" },
        { "realtime.tasks.mine { prompt = p.md, deliver.actor = nobody }",
        "realtime.tasks.mine.deliver.actor (FILE) is 'nobody'; it must be none: this program adds no actors for actions." },
        { "realtime.tasks.mine { prompt = p.md, deliver.http = \"http://example.com/\" }", "it must be an https:// address" },
        { "realtime.tasks.mine { prompt = p.md, deliver.http = \"https://a:b@example.com/\" }", "it must be an https:// address" },
        { "realtime.tasks.mine { prompt = p.md, deliver { http = \"https://example.com/\", bearer = NOT_SET_ANYWHERE } }",
        "it must be the name of an environment variable that holds a token." },
        { "realtime.tasks.mine { prompt = p.md, deliver.exec = /bin/true }", "it must be none as long as realtime.actions.exec is off." },
        { "realtime.actions.exec = on\nrealtime.tasks.mine { prompt = p.md, deliver { exec = /bin/true, http = \"https://example.com/\" } }", "realtime.tasks.mine.deliver names more than one of exec, http and actor" },
        { "realtime.tasks.validation.options.full_name = \"(\"", "realtime.tasks.validation.options must be regular expressions" },
        { "realtime.tools.f { deliver.http = \"https://example.com/\" }",
        "realtime.tools.f.description (reference.hocon) is ''; it must be a description for the model" },
        { "realtime.tools.f { description = x }", "realtime.tools.f.deliver has no receiver: set deliver.exec, .http or .actor." },
        { "realtime.tools.f { description = x, needs = money, deliver.http = \"https://example.com/\" }",
        "realtime.tools.f.needs (FILE) is 'money'; it must be one of none, transcript." },
        { "realtime.tools.\"a b\" { description = x, deliver.http = \"https://example.com/\" }", "is no name for a tool" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_stops_the_start_with_its_path(string hocon, string message) =>
        Assert.Contains(message.Replace("FILE", Path.Combine(_folder, "my.hocon"), StringComparison.Ordinal),
        Assert.Throws<ConfigException>(() => Plan(hocon)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_program_is_run_only_where_the_users_file_says_so_and_never_for_an_option_or_a_profile()
    {
        const string Task = "realtime.tasks.mine { prompt = p.md, deliver.exec = \"/bin/echo a b\" }";
        Assert.IsType<ExecAction>(Plan($"realtime.actions.exec = on\n{Task}").Session.Tasks.Tasks[0].Action?.Port);

        Assert.Contains("--set actions.exec is 'on'; it must be switched on in a file",
            Assert.Throws<ConfigException>(() => Planned.By(File(Task), Shipped.Set("actions.exec", "on"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "--set tasks.mine.deliver.exec is '/bin/sh'; it must be written in a file",
            Assert.Throws<ConfigException>(
            () => Planned.By(File($"realtime.actions.exec = on\n{Task}"), Shipped.Set("tasks.mine.deliver.exec", "/bin/sh"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "it must be written in a file",
            Assert.Throws<ConfigException>(
            () => Planned.Profile("mine",
            File("realtime.actions.exec = on\nrealtime.tasks.mine.prompt = p.md\nprofiles.mine.tasks.mine.deliver.exec = /bin/sh"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_is_declared_to_the_model_with_its_schema()
    {
        var plan = Plan(
            "realtime.tools.find { description = \"Finds it.\", parameters = s.json, needs = transcript, deliver.http = \"https://example.com/\" }");
        var tool = Assert.Single(plan.Session.Socket.Session.Tools!);
        Assert.Equal(("function", "find", "Finds it."), (tool.Type, tool.Name, tool.Description));
        Assert.True(Assert.Single(plan.Session.Tools.Tools).NeedsTranscript);
    }

    [Fact]
    public void The_blocks_in_the_documents_are_good()
    {
        foreach (var name in (string[])["complaint.md", "open-claim.schema.json"])
            System.IO.File.Copy(Path.Combine(_folder, name.EndsWith("md", StringComparison.Ordinal) ? "p.md" : "s.json"),
                Path.Combine(_folder, name));
        var blocks =
            Block().Matches(System.IO.File.ReadAllText(Repository.At("docs", "extending.md"))
            + System.IO.File.ReadAllText(Repository.At("docs", "guide.md")))
            .Select(block => block.Groups[1].Value).Where(block => !block.Contains("claims", StringComparison.Ordinal)).ToList();

        Assert.Equal(3, blocks.Count);
        Assert.All(blocks,
            block => Assert.Equal(1, Plan(block).Session is { Tasks.Tasks.Count: var tasks, Tools.Tools.Count: var tools } ? tasks + tools
            : 0));
    }

    [GeneratedRegex(@"^```(?:hocon)?\n(realtime\..*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    private RunPlan Plan(string hocon) => Planned.By(File(hocon));

    private ConfigLayer File(string hocon) => HoconFile.Read(hocon, Path.Combine(_folder, "my.hocon")) with { Directory = _folder };
}
