using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>Delivery of results to programs and web services.</summary>
public sealed class ActionTests
{
    private const string TwoTurns = """
        { "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10, "interval_ms": 0 }, "turns": [
          { "asr": { "transcript": "a" }, "oob": { "text": "A" }, "answer": { "text": "a", "audio_ms": 100 } }, { "asr": { "transcript": "b" }, "oob": { "text": "B" }, "answer": { "text": "b", "audio_ms": 100 } } ],
          "requests": [ { "metadata": { "oob": "note" }, "reply": { "text": "noted" } } ] }
        """;

    [Fact]
    public async Task A_program_is_given_each_result_on_its_stdin_with_the_id_and_without_the_key()
    {
        await using var server = await TestCall.ServeAsync(TwoTurns);
        var folder = new ConfigFolder("");
        var program = folder.Write("notify.sh",
            "#!/bin/sh\necho \"$REALTIME_AKKA_ID $2 key:$OPENAI_API_KEY\" >> \"$1/ids\"\ncat >> \"$1/given\"\n", run: true);
        folder.Write("my.hocon", $$"""
            realtime.actions.exec = on
            realtime.tasks.note { prompt = prompt.md, deliver.exec = "{{program}} {{folder.Path}} $(id)" }
            """);
        var result = await folder.SessionAsync(server.Url, 2);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var records = result.Of("task").Select(task => task.GetRawText()).ToList();
        Assert.Equal(records, File.ReadAllLines(folder.File("given")));
        Assert.Equal(result.Of("task").Select(task => $"{task.Text("id")} $(id) key:"), File.ReadAllLines(folder.File("ids")));
    }

    [Fact]
    public async Task A_program_gets_the_variables_that_its_delivery_names_and_no_token_of_another()
    {
        await using var server = await TestCall.ServeAsync(TwoTurns);
        var folder = new ConfigFolder("");
        var program = folder.Write("notify.sh", "#!/bin/sh\ncat > /dev/null\nenv | cut -d= -f1 | sort >> \"$1\"\n", run: true);
        folder.Write("my.hocon", $$"""
            realtime.actions.exec = on
            realtime.tasks.note { prompt = prompt.md, deliver { exec = "{{program}} {{folder.File("names")}}", env = DATABASE } }
            realtime.tasks.other { prompt = prompt.md, trigger = on-demand, deliver { http = "https://127.0.0.1:1/", bearer = NOTE_TOKEN } }
            """);
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--config", folder.Hocon]), key: "test",
            variables: new Dictionary<string, string> { ["NOTE_TOKEN"] = "secret-7", ["DATABASE"] = "x", ["OTHER"] = "y" });
        var result = await host.EndAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var names = File.ReadAllLines(folder.File("names"));
        Assert.Contains("DATABASE", names);
        Assert.Contains("PATH", names);
        Assert.Contains("REALTIME_AKKA_ID", names);
        Assert.DoesNotContain(names, name => name is "NOTE_TOKEN" or "OTHER" or "OPENAI_API_KEY");
    }

    [Fact]
    public async Task A_program_is_judged_by_its_exit_code_even_if_its_child_holds_its_stdout()
    {
        await using var server = await TestCall.ServeAsync(TwoTurns);
        var folder = new ConfigFolder("");
        var program = folder.Write("notify.sh", "#!/bin/sh\necho run >> \"$1\"\nsleep 20 &\necho done\n", run: true);
        folder.Write("my.hocon", $$"""
            realtime.actions.exec = on
            realtime.tasks.note { prompt = prompt.md, deliver { exec = "{{program}} {{folder.File("runs")}}", timeout = 5 s } }
            """);
        var result = await folder.SessionAsync(server.Url, 1);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["run"], File.ReadAllLines(folder.File("runs")));
    }

    [Fact]
    public async Task A_web_service_that_fails_is_asked_again_under_the_same_id_until_it_has_it()
    {
        await using var server = await TestCall.ServeAsync(TwoTurns);
        await using var service = await Service.StartAsync([503, 429, 200, 200]);
        var folder = new ConfigFolder($$"""
            realtime.tasks.note { prompt = prompt.md, deliver { http = "{{service.Url}}", bearer = NOTE_TOKEN } }
            """);
        using var program = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(2)), "--config", folder.Hocon]),
            key: "test", variables: new Dictionary<string, string> { ["NOTE_TOKEN"] = "secret-7" });
        var result = await program.EndAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var ids = result.Of("task").Select(task => task.Text("id")!).ToList();
        Assert.Equal([ids[0], ids[0], ids[0], ids[1]], service.Posts.Select(post => post.Id));
        Assert.All(service.Posts, post => Assert.Equal("Bearer secret-7", post.Authorization));
        Assert.Equal(result.Of("task")[1].GetRawText(), service.Posts.Last().Body);
        Assert.All(Directory.GetFiles(result.Folder!),
            file => Assert.DoesNotContain("secret-7", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_delivered_is_a_notice_with_its_id_and_delays_no_turn()
    {
        await using var server = await TestCall.ServeAsync(TwoTurns);
        await using var service = await Service.StartAsync([400, 302]);
        var result = await new ConfigFolder($$"""
            realtime.tasks.note { prompt = prompt.md, deliver { http = "{{service.Url}}" } }
            """).SessionAsync(server.Url, 2);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "A", "a"), (2, "B", "b")], result.Turns);
        Assert.Equal(2, service.Posts.Count);
        Assert.Equal(
            result.Of("task").Zip([400, 302],
            (task, status) => $"Result {task.Text("id")} could not be delivered: 127.0.0.1 answered HTTP {status}."),
            result.Of("notice").Where(notice => notice.Text("code") == "action_failed").Select(notice => notice.Text("message")));
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_and_holds_nobody_back()
    {
        await using var server = await TestCall.ServeAsync(TwoTurns);
        var folder = new ConfigFolder("");
        var program = folder.Write("hang.sh", "#!/bin/sh\necho $$ >> \"$1/pids\"\nsleep 600\n", run: true);
        folder.Write("my.hocon", $$"""
            realtime.actions.exec = on
            realtime.tasks.note { prompt = prompt.md, deliver { exec = "{{program}} {{folder.Path}}", timeout = 500 ms, retries = 0 } }
            """);
        var result = await folder.SessionAsync(server.Url, 2);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.Of("notice")
            .Count(notice => notice.Text("code") == "action_failed"
            && notice.Text("message")!.Contains("not done within 0.5 s", StringComparison.Ordinal)));
        Assert.All(File.ReadAllLines(folder.File("pids")), pid => Assert.False(IsRunning(pid)));
    }

    // A zombie (Z) has ended and waits for its parent to collect its exit code.
    private static bool IsRunning(string pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    /// <summary>A web service that answers with these status codes in order.</summary>
    private sealed class Service(WebApplication app) : IAsyncDisposable
    {
        public string Url => app.Urls.First();

        public ConcurrentQueue<(string Id, string? Authorization, string Body)> Posts { get; } = new();

        public static async Task<Service> StartAsync(int[] answers)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var service = new Service(app);
            app.MapPost("/", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                service.Posts.Enqueue(
                    (context.Request.Headers["Idempotency-Key"].ToString(), context.Request.Headers.Authorization,
                    await reader.ReadToEndAsync()));
                context.Response.StatusCode = answers[service.Posts.Count - 1];
                if (context.Response.StatusCode == 302) context.Response.Headers.Location = "/elsewhere";
            });
            await app.StartAsync();
            return service;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
