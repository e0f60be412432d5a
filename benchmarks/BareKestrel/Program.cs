// The floor the emulator is measured beside: a web application that does nothing but answer.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/health", () => "ok");
app.Run();
