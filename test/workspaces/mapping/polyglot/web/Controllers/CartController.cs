using Microsoft.AspNetCore.Mvc;

namespace Shop.Web.Controllers;

[ApiController]
[Route("api/[controller]")]
public class CartController : ControllerBase
{
    [HttpGet("{id:int}")]
    public IActionResult Show(int id)
    {
        return Ok(id);
    }

    [HttpPost("/checkout")]
    public IActionResult Checkout()
    {
        return Ok();
    }
}
